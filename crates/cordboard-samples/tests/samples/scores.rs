//! The league: fixed by the clock, changing with it, and its numbers add up.

use cordboard_samples::Sample;
use serde_json::{Value, json};

use crate::client::{Client, NOON, json as json_of};

const MINUTE: i64 = 60;
const ROUND: i64 = 180 * MINUTE;
const SEASON: i64 = 18 * ROUND;
/// The start of a season.
const START: i64 = (NOON / SEASON) * SEASON;

async fn at(seconds: i64, path: &str) -> Value {
    Client::start_at(Sample::Scores, seconds).await.get_json(path).await
}

fn matches(answer: &Value) -> &Vec<Value> {
    answer["matches"].as_array().expect("matches")
}

#[tokio::test]
async fn the_same_moment_gives_the_same_answer() {
    for path in ["/scores", "/standings", "/teams/Port%20Ellis"] {
        let answer = at(NOON, path).await;
        assert_eq!(answer["simulated"], true, "{path}");
        assert_eq!(answer, at(NOON, path).await);
        assert_ne!(answer, at(NOON + 2 * ROUND, path).await);
    }
}

#[tokio::test]
async fn a_round_goes_from_scheduled_to_live_to_finished() {
    for (minute, counts) in [(-1, [5, 0, 10]), (0, [9, 1, 5]), (80, [5, 5, 5]), (100, [5, 4, 6]), (175, [5, 0, 10])] {
        let now = START + 4 * ROUND + minute * MINUTE;
        for (status, count) in ["scheduled", "live", "finished"].into_iter().zip(counts) {
            let answer = at(now, &format!("/scores?status={status}")).await;
            assert_eq!(matches(&answer).len(), count, "minute {minute}, {status}");
            assert!(matches(&answer).iter().all(|game| game["status"] == status));
        }
    }
}

#[tokio::test]
async fn goals_only_grow_while_a_match_is_live() {
    let mut before = (0, 0);
    for minute in (0..=95).step_by(5) {
        let answer = at(START + minute * MINUTE, "/scores?team=Redmoor%20United").await;
        let game = matches(&answer).iter().find(|game| game["round"] == 1).expect("a match");
        let goals = |side: &str| game[side].as_u64().unwrap_or_default();
        let now = (goals("home_goals"), goals("away_goals"));
        assert!(now.0 >= before.0 && now.1 >= before.1, "{before:?} {now:?}");
        before = now;
    }
}

#[tokio::test]
async fn a_club_is_found_by_part_of_its_name() {
    for name in ["Redmoor", "redmoor united", "Redmoor United FC"] {
        let answer = at(NOON, &format!("/scores?team={name}")).await;
        assert!(
            matches(&answer)
                .iter()
                .all(|game| { game["home"] == "Redmoor United" || game["away"] == "Redmoor United" })
        );
        assert_eq!(at(NOON, &format!("/teams/{name}")).await["team"], "Redmoor United");
    }
    let unknown = at(NOON, "/scores?team=Arsenal").await;
    assert_eq!(matches(&unknown).len(), 0);
    assert_eq!(unknown["known_teams"].as_array().expect("names").len(), 10);
}

#[tokio::test]
async fn the_table_adds_up_at_the_end_of_a_season() {
    let answer = at(START + SEASON - 1, "/standings").await;
    let lines = answer["standings"].as_array().expect("lines");
    assert_eq!(lines.len(), 10);
    let sum = |field: &str| lines.iter().map(|line| line[field].as_u64().expect("a number")).sum::<u64>();
    assert!(lines.iter().all(|line| line["played"] == 18));
    assert_eq!(sum("won"), sum("lost"));
    assert_eq!(sum("goals_for"), sum("goals_against"));
    assert_eq!(sum("points"), 3 * sum("won") + sum("drawn"));
    let points: Vec<_> = lines.iter().map(|line| line["points"].as_u64()).collect();
    assert!(points.is_sorted_by(|left, right| left >= right));
    assert_eq!(at(START + SEASON - 1, "/standings?top=3").await["standings"], json!(lines[..3]));
}

#[tokio::test]
async fn nobody_plays_two_matches_at_once() {
    for round in 0..18 {
        let answer = at(START + round * ROUND + 85 * MINUTE, "/scores?status=live").await;
        let mut clubs: Vec<_> =
            matches(&answer).iter().flat_map(|game| [game["home"].to_string(), game["away"].to_string()]).collect();
        clubs.sort();
        clubs.dedup();
        assert_eq!(clubs.len(), 10, "round {}", round + 1);
    }
}

#[tokio::test]
async fn a_club_s_season_has_last_current_and_next_matches() {
    let answer = at(START + 5 * ROUND + 85 * MINUTE, "/teams/Castle%20Vale").await;
    assert_eq!(answer["last_matches"].as_array().expect("matches").len(), 3);
    assert_eq!(answer["current_match"]["round"], 6);
    assert_eq!(answer["next_match"]["round"], 7);
    assert_eq!(answer["standing"]["played"], 5);
}

#[tokio::test]
async fn mistakes_are_answered_in_words() {
    let client = Client::start(Sample::Scores).await;
    for (path, status) in
        [("/scores?status=over", 422), ("/standings?top=0", 422), ("/standings?top=11", 422), ("/teams/Arsenal", 404)]
    {
        assert!(json_of(client.get(path).await, status).await["error"].is_string(), "{path}");
    }
}
