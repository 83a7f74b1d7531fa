//! Images are read as they were written, in every arrangement of pixels; what is no image is told so.

use netform_array::Array;
use netform_expr::{Expr, Sym};
use netform_formats::{FORMATS, Format, FormatError, Reader, Writer};

fn format(name: &str) -> &'static Format {
    FORMATS.iter().find(|format| format.name == name).expect("a known format")
}

fn write(name: &str, value: &Expr) -> Result<Vec<u8>, FormatError> {
    let Some(Writer::Bytes(write)) = format(name).write else { panic!("{name} is not written without a session") };
    write(value)
}

fn read(name: &str, bytes: &[u8]) -> Result<Expr, FormatError> {
    let Reader::Bytes(read) = format(name).read else { panic!("{name} is read with a session") };
    read(bytes)
}

/// An image of this shape whose values are those of `value` at their places.
fn image(shape: &[usize], kind: &str, value: impl Fn(usize) -> i64) -> Expr {
    let count = shape.iter().product();
    let data = Array::from_i64(shape, (0..count).map(value).collect()).expect("as many as the shape says");
    Expr::call(Sym::Image, [Expr::array(data), Expr::string(kind)])
}

#[test]
fn png_files_keep_every_pixel() {
    for shape in [vec![2, 3], vec![1, 1], vec![4, 3, 2], vec![3, 5, 3], vec![2, 2, 4]] {
        let bytes = image(&shape, "Byte", |i| (i as i64 * 37 + 200) % 256);
        let words = image(&shape, "Bit16", |i| (i as i64 * 4099 + 65000) % 65536);
        for image in [bytes, words] {
            assert_eq!(read("PNG", &write("PNG", &image).expect("it fits")), Ok(image.clone()), "{shape:?}");
        }
    }
}

#[test]
fn palettes_and_few_bits_become_bytes() {
    let file = |color: png::ColorType, depth: png::BitDepth, palette: Option<Vec<u8>>, rows: &[u8]| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 4, 1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if let Some(palette) = palette {
            encoder.set_palette(palette);
        }
        let mut writer = encoder.write_header().expect("a valid header");
        writer.write_image_data(rows).expect("as many bytes as a row has");
        writer.finish().expect("a complete file");
        bytes
    };
    let colors = file(png::ColorType::Indexed, png::BitDepth::Two, Some(vec![1, 2, 3, 40, 50, 60]), &[0b01_00_00_01]);
    let values = [40, 50, 60, 1, 2, 3, 1, 2, 3, 40, 50, 60];
    assert_eq!(read("PNG", &colors), Ok(image(&[1, 4, 3], "Byte", |i| values[i])));
    let grey = file(png::ColorType::Grayscale, png::BitDepth::One, None, &[0b0110_0000]);
    assert_eq!(read("PNG", &grey), Ok(image(&[1, 4], "Byte", |i| [0, 255, 255, 0][i])));
}

#[test]
fn jpeg_files_are_near_the_image() {
    for shape in [vec![16, 24], vec![9, 11, 3]] {
        let wanted = image(&shape, "Byte", |i| 60 + (i as i64 * 100) / shape.iter().product::<usize>() as i64);
        let found = read("JPEG", &write("JPEG", &wanted).expect("it fits")).expect("what was written");
        let numbers =
            |image: &Expr| image.arg(0).as_array().and_then(|a| a.as_i64().map(<[i64]>::to_vec)).expect("integers");
        assert_eq!(found.arg(1), wanted.arg(1));
        let far = numbers(&found).into_iter().zip(numbers(&wanted)).map(|(a, b)| (a - b).abs()).max();
        assert!(far.is_some_and(|far| far <= 6), "{shape:?}: {far:?}");
    }
}

#[test]
fn damaged_files_are_told() {
    let whole = image(&[20, 20, 3], "Byte", |i| (i * i) as i64 % 256);
    for name in ["PNG", "JPEG"] {
        let bytes = write(name, &whole).expect("it fits");
        for length in (0..bytes.len() - 20).step_by(7) {
            assert!(read(name, &bytes[..length]).is_err(), "{name} of {length} bytes");
        }
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x55;
            // Another image, or a fault, but no panic.
            let _ = read(name, &damaged);
        }
        assert!(matches!(read(name, b"no image"), Err(FormatError::Malformed(_))));
    }
}

#[test]
fn sizes_are_checked_before_memory_is_taken() {
    let mut bytes = write("PNG", &image(&[1, 1], "Byte", |_| 0)).expect("it fits");
    // The header says 2^31 - 1 rows and columns.
    bytes[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    assert!(read("PNG", &bytes).is_err());
}

#[test]
fn values_that_are_no_images_are_told() {
    let scalar = |x: Expr| write("PNG", &Expr::call(Sym::Image, [x]));
    assert!(matches!(scalar(Expr::integer(1)), Err(FormatError::Value(_))));
    assert!(matches!(scalar(Expr::list([Expr::list([])])), Err(FormatError::Value(_))));
    assert!(matches!(write("JPEG", &image(&[1, 1, 4], "Byte", |_| 0)), Err(FormatError::Value(_))));
    assert!(matches!(write("PNG", &Expr::string("a")), Err(FormatError::Value(_))));
}
