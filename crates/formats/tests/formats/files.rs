//! What is written is read back, and what is no file of a format is told so.

use std::sync::Arc;

use netform_array::Array;
use netform_eval::{Registry, Session};
use netform_expr::{Expr, Sym};
use netform_formats::{Destination, FORMATS, Format, FormatError, Reader, Source, Writer};

fn format(name: &str) -> &'static Format {
    FORMATS.iter().find(|format| format.name == name).expect("a known format")
}

fn written(name: &str, value: &Expr) -> Result<Vec<u8>, FormatError> {
    match format(name).write {
        Some(Writer::Bytes(write)) => write(value),
        Some(Writer::File { write, .. }) => {
            let mut session = Session::new(Arc::new(Registry::new()));
            let destination = Destination { value, path: "", options: &[] };
            write(&mut session, &destination).expect("nothing leaves the evaluation")
        }
        None => panic!("{name} is not written"),
    }
}

fn write(name: &str, value: &Expr) -> Vec<u8> {
    written(name, value).expect("the value fits")
}

fn read(name: &str, bytes: &[u8]) -> Result<Expr, FormatError> {
    match format(name).read {
        Reader::Bytes(read) => read(bytes),
        Reader::File { read, .. } => {
            let mut session = Session::new(Arc::new(Registry::new()));
            read(&mut session, &Source { bytes: Some(bytes), path: "", options: &[], part: None })
                .expect("nothing leaves the evaluation")
        }
        Reader::None => panic!("{name} is not read"),
    }
}

fn arrays() -> Vec<Expr> {
    let reals = Array::from_f64([2, 3], vec![0.5, -1.0, 1e300, f64::MIN_POSITIVE, 3.0, 0.1]).expect("six elements");
    let truth = [true, false].map(|t| Expr::list([Expr::boolean(t), Expr::boolean(!t)]));
    vec![
        Expr::array(reals),
        Expr::list([Expr::integer(1), Expr::integer(-7), Expr::integer(i64::MAX)]),
        Expr::list(truth),
        Expr::real(2.5),
        Expr::integer(3),
        Expr::list([Expr::list([Expr::real(1.0)]), Expr::list([Expr::real(2.0)])]),
    ]
}

#[test]
fn arrays_are_read_back() {
    for array in arrays() {
        assert_eq!(read("NPY", &write("NPY", &array)), Ok(array.clone()), "{array:?}");
        let named = Expr::call(Sym::Association, [Expr::rule(Expr::string("a.b"), array.clone())]);
        for name in ["NPZ", "SafeTensors"] {
            assert_eq!(read(name, &write(name, &named)), Ok(named.clone()), "{name}: {array:?}");
        }
    }
}

#[test]
fn numpy_headers_of_all_kinds() {
    let file = |version: u8, header: &str, data: &[u8]| {
        let mut bytes = b"\x93NUMPY".to_vec();
        bytes.extend([version, 0]);
        match version {
            1 => bytes.extend((header.len() as u16).to_le_bytes()),
            _ => bytes.extend((header.len() as u32).to_le_bytes()),
        }
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    };
    let ints = |list: &[i64]| Expr::list(list.iter().map(|&n| Expr::integer(n)));
    let big = file(1, "{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }", &[0, 1, 255, 254]);
    assert_eq!(read("NPY", &big), Ok(ints(&[1, -2])));
    let columns = file(2, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", &[1, 4, 2, 5, 3, 6]);
    assert_eq!(read("NPY", &columns), Ok(Expr::list([ints(&[1, 2, 3]), ints(&[4, 5, 6])])));
    let half = file(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (), }", &[0, 0x3e]);
    assert_eq!(read("NPY", &half), Ok(Expr::real(1.5)));
}

#[test]
fn what_is_no_file_is_refused() {
    let header = |text: &str| {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes
    };
    let bad = [
        Vec::new(),
        b"\x93NUMPY".to_vec(),
        b"\x93NUMPY\x01\x00\xff\xff{".to_vec(),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }"),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 0), }"),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"),
        header("{'descr': '|O', 'fortran_order': False, 'shape': (), }"),
        header("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (), }"),
        header("{'fortran_order': False}"),
    ];
    for bytes in &bad {
        for name in ["NPY", "NPZ", "SafeTensors"] {
            assert!(read(name, bytes).is_err(), "{name} {bytes:?}");
        }
    }
    // A header of safetensors that announces more than there is.
    let text = br#"{"a":{"dtype":"F64","shape":[1000000000000],"data_offsets":[0,8000000000000]}}"#;
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text);
    assert!(read("SafeTensors", &bytes).is_err());
}

/// Whatever is done to a file, it is read or refused.
#[test]
fn changed_files_do_no_harm() {
    let named = Expr::call(
        Sym::Association,
        arrays().into_iter().enumerate().map(|(i, array)| Expr::rule(Expr::string(&format!("n{i}")), array)),
    );
    for (name, value) in [("NPY", &arrays()[0]), ("NPZ", &named), ("SafeTensors", &named)] {
        let bytes = write(name, value);
        for place in 0..bytes.len().min(600) {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[place] ^= change;
                let _ = read(name, &changed);
            }
            let _ = read(name, &bytes[..place]);
        }
    }
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let ragged = Expr::list([Expr::list([Expr::integer(1)]), Expr::integer(2)]);
    let symbolic = Expr::list([Expr::symbol("Global`x")]);
    for value in [&ragged, &symbolic] {
        assert!(written("NPY", value).is_err(), "{value:?}");
        assert!(written("NPZ", value).is_err(), "{value:?}");
    }
    assert!(written("RawJSON", &symbolic).is_err());
    assert!(written("Text", &symbolic).is_err());
}

#[test]
fn json_is_read_back() {
    let text = br#"{"a": [1, 2.5, null, true], "b": {"c": "d"}}"#;
    let value = read("RawJSON", text).expect("valid");
    assert_eq!(read("RawJSON", &write("RawJSON", &value)), Ok(value));
    assert!(read("RawJSON", b"{").is_err());
    assert!(read("RawJSON", &b"[".repeat(100_000)).is_err());
}
