"""The to-do plugin in Python's own words: the classic quickstart, with its habits.

It answers JSON labelled as text/html, wants a body with DELETE, and says `required: true` on a property. It behaves as
Cordboard's Rust sample, to which the tests compare it. Prints its port once it listens.
"""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SPEC = """
openapi: 3.0.1
info:
  title: TODO Plugin
  version: 'v1'
servers:
  - url: http://localhost:PORT
paths:
  /todos:
    get:
      operationId: getTodos
      summary: Get the list of todos
      responses: {"200": {description: OK}}
    post:
      operationId: addTodo
      summary: Add a todo to the list
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/todoRequest'}}}
      responses: {"200": {description: OK}}
    delete:
      operationId: deleteTodo
      summary: Delete a todo from the list
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/todoRequest'}}}
      responses: {"200": {description: OK}}
components:
  schemas:
    todoRequest:
      type: object
      required: [todo]
      properties:
        todo: {type: string, description: The todo, required: true}
"""

MANIFEST = {
    "schema_version": "v1",
    "name_for_human": "TODO in Python",
    "name_for_model": "todo",
    "description_for_human": "Manage your TODO list.",
    "description_for_model": "Plugin for managing a TODO list.",
    "auth": {"type": "none"},
    "api": {"type": "openapi", "url": "http://localhost:PORT/openapi.yaml", "is_user_authenticated": False},
    "logo_url": "http://localhost:PORT/logo.png",
    "contact_email": "todo@example.com",
    "legal_info_url": "http://localhost:PORT/legal",
}

TODOS = []


def words(text):
    return [word for word in re.split(r"\W+", text.lower()) if word and word not in ("the", "a", "an", "my")]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        port = str(self.server.server_port)
        if self.path == "/.well-known/ai-plugin.json":
            self.answer(200, json.dumps(MANIFEST).replace("PORT", port))
        elif self.path == "/openapi.yaml":
            self.answer(200, SPEC.replace("PORT", port))
        elif self.path == "/todos":
            self.answer(200, json.dumps({"todos": TODOS}))
        else:
            self.answer(404, json.dumps({"error": "Not found."}))

    def do_POST(self):
        TODOS.append(self.body()["todo"])
        self.answer(200, json.dumps({"todos": TODOS}))

    def do_DELETE(self):
        wanted = self.body()["todo"]
        for item in TODOS:
            if set(words(wanted)) <= set(words(item)):
                TODOS.remove(item)
                self.answer(200, json.dumps({"removed": item, "todos": TODOS}))
                return
        self.answer(404, json.dumps({"error": f"No item on the list matches “{wanted}”."}))

    def body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
