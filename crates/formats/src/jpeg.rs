//! JPEG: photographs.
//!
//! ITU-T Recommendation T.81.

use jpeg_encoder::{ColorType, Encoder};
use netform_expr::Expr;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::pixels::{Pixels, Values, check_size};
use crate::{Format, FormatError, Reader, Writer};

pub(crate) const FORMAT: Format = Format {
    name: "JPEG",
    extensions: &["jpg", "jpeg"],
    summary: "a photograph",
    read: Reader::Bytes(read),
    write: Some(Writer::Bytes(write)),
};

/// How well what is written agrees with the image, of 100.
const QUALITY: u8 = 95;

/// The marker behind the image; within it, this byte is followed by 0.
const END_OF_IMAGE: [u8; 2] = [0xFF, 0xD9];

fn read(bytes: &[u8]) -> Result<Expr, FormatError> {
    let malformed = |error: zune_jpeg::errors::DecodeErrors| FormatError::Malformed(error.to_string());
    // The decoder makes up what is missing at the end.
    if !bytes.windows(2).any(|pair| pair == END_OF_IMAGE) {
        return Err(FormatError::Malformed("it ends before the image does".to_owned()));
    }
    let side = usize::from(u16::MAX);
    let options = DecoderOptions::default().set_max_width(side).set_max_height(side).set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(malformed)?;
    let info = decoder.info().ok_or_else(|| FormatError::Malformed("it has no header".to_owned()))?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let channels = if grey { 1 } else { 3 };
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_size(width, height, channels)?;
    decoder.set_options(options.jpeg_set_out_colorspace(if grey { ColorSpace::Luma } else { ColorSpace::RGB }));
    let values = Values::Bytes(decoder.decode().map_err(malformed)?);
    Pixels { width, height, channels, values }.to_expr()
}

fn write(value: &Expr) -> Result<Vec<u8>, FormatError> {
    let pixels = Pixels::of(value)?;
    let color = match pixels.channels {
        1 => ColorType::Luma,
        3 => ColorType::Rgb,
        _ => return Err(FormatError::Value("a photograph has no opacity: 1 or 3 channels are needed".to_owned())),
    };
    let data = match pixels.values {
        Values::Bytes(data) => data,
        Values::Words(words) => words.iter().map(|&word| (f64::from(word) / 257.0).round() as u8).collect(),
    };
    let size = |size: u32| {
        u16::try_from(size)
            .map_err(|_| FormatError::Value("a photograph has at most 65535 rows and columns".to_owned()))
    };
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, QUALITY)
        .encode(&data, size(pixels.width)?, size(pixels.height)?, color)
        .map_err(|error| FormatError::Value(error.to_string()))?;
    Ok(bytes)
}
