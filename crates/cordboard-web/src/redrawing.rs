//! Pictures of strangers, read and written anew: what reaches a browser was drawn here.

use std::io::{self, Cursor};

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};

/// Of the longer side, in pixels.
const LONGEST_SIDE: u32 = 1200;
/// What a picture may take in memory, in bytes: 25 million pixels with transparency.
const MOST_BYTES: u64 = 100 * 1000 * 1000;
const LONGEST_SIDE_READ: u32 = 20_000;
const JPEG_QUALITY: u8 = 82;

/// A picture that was drawn here.
pub(crate) struct Redrawn {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoPicture {
    #[error("it is no PNG, JPEG, GIF or WebP")]
    Unknown,
    #[error("it has too many pixels")]
    TooLarge,
    #[error("it is damaged ({0})")]
    Damaged(ImageError),
}

impl From<ImageError> for NoPicture {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Unsupported(_) => Self::Unknown,
            ImageError::Limits(_) => Self::TooLarge,
            other => Self::Damaged(other),
        }
    }
}

impl From<io::Error> for NoPicture {
    fn from(error: io::Error) -> Self {
        ImageError::from(error).into()
    }
}

/// Draws a picture anew, upright, no larger than pages show it, and without whatever else its file holds. Of a moving
/// picture the first frame stays. Its kind is told by its first bytes, whatever its label says.
pub(crate) fn redraw(bytes: &[u8]) -> Result<Redrawn, NoPicture> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let format = reader.format().ok_or(NoPicture::Unknown)?;
    reader.limits(limits());
    let mut decoder = reader.into_decoder()?;
    if decoder.total_bytes() > MOST_BYTES {
        return Err(NoPicture::TooLarge);
    }
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    if picture.width().max(picture.height()) > LONGEST_SIDE {
        picture = picture.thumbnail(LONGEST_SIDE, LONGEST_SIDE);
    }
    picture.apply_orientation(orientation);
    write(&picture, format)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE_READ);
    limits.max_image_height = Some(LONGEST_SIDE_READ);
    limits.max_alloc = Some(MOST_BYTES);
    limits
}

/// Photographs become JPEG; drawings and what is transparent become PNG.
fn write(picture: &DynamicImage, format: ImageFormat) -> Result<Redrawn, NoPicture> {
    let mut bytes = Vec::new();
    let is_photograph = matches!(format, ImageFormat::Jpeg | ImageFormat::WebP) && !picture.color().has_alpha();
    if is_photograph {
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(&picture.to_rgb8())?;
        return Ok(Redrawn { content_type: "image/jpeg", bytes });
    }
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
    Ok(Redrawn { content_type: "image/png", bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(width, height).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    fn drawn(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
        let redrawn = redraw(bytes).ok()?;
        let picture = image::load_from_memory(&redrawn.bytes).unwrap();
        Some((redrawn.content_type, picture.width(), picture.height()))
    }

    #[test]
    fn pictures_keep_their_kind_and_become_no_larger_than_they_are_shown() {
        for (width, height, format, expected) in [
            (8, 4, ImageFormat::Png, ("image/png", 8, 4)),
            (8, 4, ImageFormat::Jpeg, ("image/jpeg", 8, 4)),
            (8, 4, ImageFormat::WebP, ("image/jpeg", 8, 4)),
            (8, 4, ImageFormat::Gif, ("image/png", 8, 4)),
            (2400, 600, ImageFormat::Png, ("image/png", 1200, 300)),
            (10, 2000, ImageFormat::Jpeg, ("image/jpeg", 6, 1200)),
        ] {
            assert_eq!(drawn(&file(width, height, format)), Some(expected), "{width}x{height} {format:?}");
        }
    }

    #[test]
    fn what_stands_behind_a_picture_in_its_file_does_not_get_through() {
        let smuggling = [&file(8, 4, ImageFormat::Png)[..], b"<script>alert(1)</script>"].concat();
        let redrawn = redraw(&smuggling).ok().unwrap();
        assert!(!redrawn.bytes.windows(7).any(|window| window == b"<script"));
    }

    #[test]
    fn what_is_no_picture_is_not_drawn() {
        let mut cut = file(8, 4, ImageFormat::Png);
        cut.truncate(40);
        for bytes in
            [&b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..], b"", b"GIF89a", b"\x89PNG", &cut]
        {
            assert_eq!(drawn(bytes), None, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_small_file_with_many_pixels_is_refused_before_it_unfolds() {
        let mut large = file(8, 4, ImageFormat::Png);
        // Width and height in the header, whose check sum goes along.
        large[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
        large[29..33].copy_from_slice(&0x26aa_87d3_u32.to_be_bytes());
        assert!(matches!(redraw(&large), Err(NoPicture::TooLarge)));
        assert!(matches!(redraw(&file(20_001, 1, ImageFormat::Png)), Err(NoPicture::TooLarge)));
    }
}
