//! `Image` and what it says about itself.
//!
//! An image is `Image[data]` or `Image[data, type]`: rows of pixels, from top to bottom, each a number or a list of the values
//! of its channels. One channel is grey, two are grey and opacity, three are red, green and blue, four have opacity too.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

/// How the values of pixels are given: the name of the type, and the value that is full intensity.
const TYPES: [(&str, i64); 4] = [("Bit", 1), ("Byte", 255), ("Bit16", 65535), ("Real", 1)];

/// Pixels may have so many channels.
const CHANNELS: i64 = 4;

const MESSAGES: &[(&str, &str)] = &[
    ("imgdata", "The pixels of an image are a list of rows of numbers, or of lists of 1 to 4 numbers; `1` was given."),
    ("imgtype", "There is no type `1` of images; the types are \"Bit\", \"Byte\", \"Bit16\" and \"Real\"."),
    ("imginv", "`1` is not an image."),
];

pub(super) const IMAGE: Function = Function {
    name: "Image",
    usage: "Image[data] is an image with the given rows of pixels; a pixel is a number between 0 and 1, or a list of 1 to 4 of \
            them: grey and opacity, or red, green, blue and opacity. Image[data, \"Byte\"] has integers between 0 and 255, \"Bit16\" up \
            to 65535, \"Bit\" 0 and 1, \"Real\" real numbers. ImageData gives the numbers, Import and Export read and write files.",
    arguments: Some((1, 2)),
    evaluate: Some(construct),
    messages: MESSAGES,
    examples: &[
        ("ImageDimensions[Image[{{0, 1, 0}, {1, 0, 1}}]]", "{3, 2}"),
        ("ImageData[Image[{{0, 255}}, \"Byte\"]]", "{{0., 1.}}"),
    ],
    ..Function::NEW
};

pub(super) const IMAGE_DATA: Function = Function {
    name: "ImageData",
    usage: "ImageData[image] gives the rows of pixels as numbers between 0 and 1, ImageData[image, \"Byte\"] as integers between 0 \
            and 255; other types are those of Image.",
    arguments: Some((1, 2)),
    evaluate: Some(data),
    messages: MESSAGES,
    examples: &[
        ("ImageData[Image[{{0.25, x}}]]", "{{0.25, x}}"),
        ("ImageData[Image[{{0., 0.5, 1.2}}], \"Byte\"]", "{{0, 128, 255}}"),
    ],
    ..Function::NEW
};

pub(super) const IMAGE_DIMENSIONS: Function = Function {
    name: "ImageDimensions",
    usage: "ImageDimensions[image] gives the width and the height of an image in pixels.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        tell(session, call, |found| Expr::list([found.width.clone(), found.height.clone()]))
    }),
    messages: MESSAGES,
    examples: &[("ImageDimensions[Image[{{0, 1, 0}}]]", "{3, 1}")],
    ..Function::NEW
};

pub(super) const IMAGE_CHANNELS: Function = Function {
    name: "ImageChannels",
    usage: "ImageChannels[image] gives the number of channels of an image.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| tell(session, call, |found| found.channels.clone())),
    messages: MESSAGES,
    examples: &[("ImageChannels[Image[{{{1, 0, 0}}}]]", "3")],
    ..Function::NEW
};

pub(super) const IMAGE_TYPE: Function = Function {
    name: "ImageType",
    usage: "ImageType[image] gives the type of the pixels of an image: \"Bit\", \"Byte\", \"Bit16\" or \"Real\".",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| tell(session, call, |found| Expr::string(found.kind.0))),
    messages: MESSAGES,
    examples: &[("ImageType[Image[{{0, 1}}]]", "Real")],
    ..Function::NEW
};

pub(super) const IMAGE_Q: Function = Function {
    name: "ImageQ",
    usage: "ImageQ[e] gives True if e is an image.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let is_image = is_image(&call.arg(0)) && look(session, &call.arg(0))?.is_some();
        Ok(Some(Expr::boolean(is_image)))
    }),
    examples: &[("{ImageQ[Image[{{0, 1}}]], ImageQ[{{0, 1}}]}", "{True, False}")],
    ..Function::NEW
};

/// What is known of an image.
struct Found {
    width: Expr,
    height: Expr,
    channels: Expr,
    kind: (&'static str, i64),
    data: Expr,
}

fn is_image(e: &Expr) -> bool {
    e.has_head(Sym::Image)
}

fn kind_named(name: &Expr) -> Option<(&'static str, i64)> {
    let name = match name.as_str()? {
        "Real32" | "Real64" => "Real",
        other => other,
    };
    TYPES.into_iter().find(|(known, _)| *known == name)
}

/// What an image is made of; `None` if it is none.
fn look(session: &mut Session, image: &Expr) -> Result<Option<Found>, Flow> {
    let args = image.args();
    let Some(kind) = args.get(1).map_or(Some(TYPES[3]), kind_named) else { return Ok(None) };
    let data = args[0].clone();
    let shape = session.shape_of(&data)?;
    let (height, width, channels) = match shape.dimensions() {
        Some([height, width]) => (height.clone(), width.clone(), Expr::integer(1)),
        Some([height, width, channels]) if channels.as_i64().is_some_and(|n| (1..=CHANNELS).contains(&n)) => {
            (height.clone(), width.clone(), channels.clone())
        }
        _ => return Ok(None),
    };
    Ok((data.is_list() && !width.is_integer(0)).then_some(Found { width, height, channels, kind, data }))
}

/// An image stays as it is if it is one.
fn construct(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if let Some(name) = args.get(1).filter(|name| kind_named(name).is_none()) {
        session.message(Sym::Image, "imgtype", std::slice::from_ref(name));
        return Ok(Some(Sym::Failed.into()));
    }
    if look(session, call)?.is_none() {
        if args[0].is_list() || args[0].is_number() || args[0].as_str().is_some() {
            session.message(Sym::Image, "imgdata", &args[..1]);
            return Ok(Some(Sym::Failed.into()));
        }
        // Symbols may still become rows of pixels.
        return Ok(None);
    }
    Ok(None)
}

/// Something about the image that is the argument of a call.
fn tell(session: &mut Session, call: &Expr, what: fn(&Found) -> Expr) -> Eval {
    let image = call.arg(0);
    if is_image(&image)
        && let Some(found) = look(session, &image)?
    {
        return Ok(Some(what(&found)));
    }
    session.message_of(call.head(), "imginv", &[image]);
    Ok(None)
}

fn data(session: &mut Session, call: &Expr) -> Eval {
    let wanted = match call.args().get(1) {
        None => TYPES[3],
        Some(name) => match kind_named(name) {
            Some(kind) => kind,
            None => {
                session.message(Sym::ImageData, "imgtype", std::slice::from_ref(name));
                return Ok(None);
            }
        },
    };
    let image = call.arg(0);
    let found = if is_image(&image) { look(session, &image)? } else { None };
    let Some(Found { kind, data, .. }) = found else {
        session.message(Sym::ImageData, "imginv", &[image]);
        return Ok(None);
    };
    if kind.0 == wanted.0 {
        return Ok(Some(data));
    }
    let factor = if wanted.0 == "Real" {
        Expr::real(1.0 / kind.1 as f64)
    } else {
        Expr::call(
            Sym::Times,
            [Expr::integer(wanted.1), Expr::call(Sym::Power, [Expr::integer(kind.1), Expr::integer(-1)])],
        )
    };
    // An exact zero stays one in a product.
    let data = if wanted.0 == "Real" { session.evaluate_call(Sym::N, [data])? } else { data };
    let scaled = session.evaluate_call(Sym::Times, [factor, data])?;
    if wanted.0 == "Real" {
        return Ok(Some(scaled));
    }
    let whole = session.evaluate_call(Sym::Round, [scaled])?;
    let range = Expr::list([Expr::integer(0), Expr::integer(wanted.1)]);
    session.evaluate_call(Sym::Clip, [whole, range]).map(Some)
}
