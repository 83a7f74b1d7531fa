//! PNG: images without loss.
//!
//! <https://www.w3.org/TR/png-3/>

use std::io::Cursor;

use netform_expr::Expr;
use png::{BitDepth, ColorType, Decoder, Encoder, Limits, Transformations};

use crate::pixels::{Pixels, Values, check_size};
use crate::{Format, FormatError, Reader, Writer};

pub(crate) const FORMAT: Format = Format {
    name: "PNG",
    extensions: &["png"],
    summary: "an image without loss",
    read: Reader::Bytes(read),
    write: Some(Writer::Bytes(write)),
};

/// So many bytes may the decoder take besides the pixels.
const LIMIT: usize = 1 << 28;

fn malformed(error: png::DecodingError) -> FormatError {
    FormatError::Malformed(error.to_string())
}

fn read(bytes: &[u8]) -> Result<Expr, FormatError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: LIMIT });
    // Palettes become colours, less than 8 bits become 8.
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(malformed)?;
    let (width, height) = (reader.info().width, reader.info().height);
    let (color, depth) = reader.output_color_type();
    let channels = color.samples();
    check_size(width, height, channels)?;
    let size = reader.output_buffer_size().ok_or_else(|| FormatError::Malformed("it is too large".to_owned()))?;
    let mut buffer = vec![0; size];
    let frame = reader.next_frame(&mut buffer).map_err(malformed)?;
    buffer.truncate(frame.buffer_size());
    let values = if depth == BitDepth::Sixteen {
        Values::Words(buffer.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect())
    } else {
        Values::Bytes(buffer)
    };
    Pixels { width, height, channels, values }.to_expr()
}

fn write(value: &Expr) -> Result<Vec<u8>, FormatError> {
    let pixels = Pixels::of(value)?;
    let failed = |error: png::EncodingError| FormatError::Value(error.to_string());
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixels.width, pixels.height);
    encoder.set_color(match pixels.channels {
        1 => ColorType::Grayscale,
        2 => ColorType::GrayscaleAlpha,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    });
    let (depth, data) = match pixels.values {
        Values::Bytes(data) => (BitDepth::Eight, data),
        Values::Words(words) => (BitDepth::Sixteen, words.iter().flat_map(|word| word.to_be_bytes()).collect()),
    };
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&data).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}
