//! Draws a hotel's picture: a skyline in front of an evening sky, always the same one for the same hotel.

use crate::scatter::{scatter, scatter_text};

const WIDTH: u32 = 600;
const HEIGHT: u32 = 315;

type Colour = [u8; 3];

/// Sky from top to horizon, the far houses and the near ones.
const PALETTES: [[Colour; 4]; 6] = [
    [[38, 44, 92], [244, 162, 120], [92, 74, 120], [34, 32, 62]],
    [[66, 120, 180], [252, 214, 170], [120, 140, 170], [44, 66, 98]],
    [[88, 52, 112], [250, 176, 150], [134, 82, 122], [52, 28, 68]],
    [[22, 78, 99], [250, 204, 140], [60, 110, 120], [16, 48, 62]],
    [[120, 60, 80], [254, 210, 140], [160, 92, 90], [70, 30, 48]],
    [[52, 62, 118], [190, 200, 240], [96, 104, 158], [30, 34, 74]],
];
const LIGHT: Colour = [255, 224, 140];

/// A PNG of 600×315 pixels.
pub(super) fn draw(hotel_id: &str) -> Vec<u8> {
    let seed = scatter_text(hotel_id);
    let palette = PALETTES[pick(seed, 6) as usize];
    let mut canvas = Canvas::sky(palette[0], palette[1]);
    let sun = (80 + pick(scatter(seed ^ 1), WIDTH - 160), 60 + pick(scatter(seed ^ 2), 70));
    canvas.disc(sun, 26 + pick(scatter(seed ^ 3), 14), LIGHT);
    houses(&mut canvas, scatter(seed ^ 4), 110, palette[2], false);
    houses(&mut canvas, scatter(seed ^ 5), 60, palette[3], true);
    canvas.encode()
}

/// A row of houses from edge to edge, each at least `low` pixels high.
fn houses(canvas: &mut Canvas, seed: u64, low: u32, colour: Colour, lit: bool) {
    let (mut left, mut dice) = (0, seed);
    while left < WIDTH {
        dice = scatter(dice);
        let (width, height) = (34 + pick(dice, 40), low + pick(dice >> 16, 90));
        canvas.block(left, HEIGHT - height, width, height, colour);
        if pick(dice >> 32, 3) == 0 {
            canvas.block(left + width / 2 - 1, HEIGHT - height - 16, 3, 16, colour);
        }
        if lit {
            windows(canvas, dice, (left, HEIGHT - height), width);
        }
        left += width + pick(dice >> 40, 6);
    }
}

fn windows(canvas: &mut Canvas, seed: u64, (left, top): (u32, u32), width: u32) {
    for y in (top + 10..HEIGHT - 12).step_by(14) {
        for x in (left + 7..(left + width).saturating_sub(9)).step_by(11) {
            if pick(scatter(seed ^ u64::from(y * WIDTH + x)), 5) < 2 {
                canvas.block(x, y, 5, 7, LIGHT);
            }
        }
    }
}

/// A number below `limit`.
fn pick(dice: u64, limit: u32) -> u32 {
    u32::try_from(dice % u64::from(limit)).expect("it is below a u32")
}

/// Rows of red, green and blue.
struct Canvas(Vec<u8>);

impl Canvas {
    /// A gradient from the top to the bottom.
    fn sky(top: Colour, bottom: Colour) -> Self {
        let row = |y: u32| {
            let mix = |from: u8, to: u8| (u32::from(from) * (HEIGHT - y) + u32::from(to) * y) / HEIGHT;
            let colour = [0, 1, 2].map(|part| u8::try_from(mix(top[part], bottom[part])).unwrap_or(u8::MAX));
            (0..WIDTH).flat_map(move |_| colour)
        };
        Self((0..HEIGHT).flat_map(row).collect())
    }

    /// Paints one pixel, unless it lies outside.
    fn dot(&mut self, x: u32, y: u32, colour: Colour) {
        if x < WIDTH && y < HEIGHT {
            let start = (y * WIDTH + x) as usize * 3;
            self.0[start..start + 3].copy_from_slice(&colour);
        }
    }

    fn block(&mut self, left: u32, top: u32, width: u32, height: u32, colour: Colour) {
        for y in top..top + height {
            for x in left..left + width {
                self.dot(x, y, colour);
            }
        }
    }

    fn disc(&mut self, (x, y): (u32, u32), radius: u32, colour: Colour) {
        for dy in 0..=2 * radius {
            for dx in 0..=2 * radius {
                if dx.abs_diff(radius).pow(2) + dy.abs_diff(radius).pow(2) <= radius.pow(2) {
                    self.dot((x + dx).saturating_sub(radius), (y + dy).saturating_sub(radius), colour);
                }
            }
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, WIDTH, HEIGHT);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().expect("writing to memory does not fail");
        writer.write_image_data(&self.0).expect("the canvas has three bytes for each pixel");
        writer.finish().expect("writing to memory does not fail");
        file
    }
}
