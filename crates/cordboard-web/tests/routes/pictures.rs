//! Pictures as files.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};

/// A PNG of this width and height.
pub(crate) fn file(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    DynamicImage::new_rgb8(width, height).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

/// The width and height of a picture.
pub(crate) fn size(bytes: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory(bytes).unwrap();
    (picture.width(), picture.height())
}
