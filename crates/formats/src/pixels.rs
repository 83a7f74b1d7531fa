//! The pixels of images, between expressions and bytes.

use netform_array::Array;
use netform_expr::{Expr, Sym};

use crate::FormatError;
use crate::arrays::{self, Stored};

/// The pixels of an image, row by row from the top.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// From 1 to 4.
    pub(crate) channels: usize,
    pub(crate) values: Values,
}

/// The values of the channels of pixels.
pub(crate) enum Values {
    /// 255 is full intensity.
    Bytes(Vec<u8>),
    /// 65535 is.
    Words(Vec<u16>),
}

/// Fails where an image would take more memory than is allowed.
pub(crate) fn check_size(width: u32, height: u32, channels: usize) -> Result<(), FormatError> {
    let [width, height] = [width, height].map(|size| usize::try_from(size).unwrap_or(usize::MAX));
    if width == 0 || height == 0 {
        return Err(FormatError::Malformed("the image has no pixels".to_owned()));
    }
    arrays::byte_count(Stored::UInt(1), &[width, height, channels]).map(|_| ())
}

impl Pixels {
    /// The image as an expression; one channel has no level of its own.
    pub(crate) fn to_expr(&self) -> Result<Expr, FormatError> {
        let [height, width] = [self.height, self.width].map(|size| size as usize);
        let shape = if self.channels == 1 { vec![height, width] } else { vec![height, width, self.channels] };
        let (kind, integers): (&str, Vec<i64>) = match &self.values {
            Values::Bytes(bytes) => ("Byte", bytes.iter().map(|&byte| i64::from(byte)).collect()),
            Values::Words(words) => ("Bit16", words.iter().map(|&word| i64::from(word)).collect()),
        };
        let data = Expr::array(Array::from_i64(shape, integers)?);
        Ok(Expr::call(Sym::Image, [data, Expr::string(kind)]))
    }

    /// The pixels of an image, or of an array of numbers between 0 and 1. Real numbers become bytes.
    pub(crate) fn of(value: &Expr) -> Result<Pixels, FormatError> {
        let is_image = value.has_head(Sym::Image) && matches!(value.len(), 1 | 2);
        if !is_image && !value.is_list() {
            return Err(FormatError::Value("an image is needed".to_owned()));
        }
        let data = if is_image { value.arg(0) } else { value.clone() };
        let (stored, shape, bytes) = arrays::write(&data)?;
        let (height, width, channels) = match shape.as_slice() {
            [height, width] => (*height, *width, 1),
            [height, width, channels @ 1..=4] => (*height, *width, *channels),
            _ => return Err(FormatError::Value("rows of pixels with 1 to 4 channels are needed".to_owned())),
        };
        let size = |size: usize| {
            u32::try_from(size).ok().filter(|size| *size > 0).ok_or_else(|| {
                FormatError::Value("an image has at least one pixel and fewer than 2^32 rows and columns".to_owned())
            })
        };
        let (width, height) = (size(width)?, size(height)?);
        let numbers = bytes.chunks_exact(8).filter_map(|chunk| <[u8; 8]>::try_from(chunk).ok());
        let numbers: Vec<f64> = match stored {
            Stored::Float(_) => numbers.map(f64::from_le_bytes).collect(),
            Stored::Int(_) => numbers.map(|chunk| i64::from_le_bytes(chunk) as f64).collect(),
            _ => return Err(FormatError::Value("the pixels of an image are numbers".to_owned())),
        };
        let kind = if is_image { value.args().get(1).and_then(|kind| kind.as_str().map(str::to_owned)) } else { None };
        let values = match kind.as_deref() {
            Some("Byte") => Values::Bytes(numbers.iter().map(|&x| x as u8).collect()),
            Some("Bit16") => Values::Words(numbers.iter().map(|&x| x as u16).collect()),
            // A number that is none becomes 0.
            _ => Values::Bytes(numbers.iter().map(|&x| (x * 255.0).round() as u8).collect()),
        };
        Ok(Pixels { width, height, channels, values })
    }
}
