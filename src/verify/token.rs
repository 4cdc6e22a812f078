//! Access tokens, right and wrong ones (RFC 7519). A library would refuse to make the wrong ones.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Hmac;
use serde_json::{Map, Value};
use sha2::{Sha256, Sha512};

/// The claims of a token, unchecked.
pub fn claims(token: &str) -> Option<Map<String, Value>> {
    let part = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// A token with these claims whose header names `alg` and which is signed with it; `none` is unsigned.
pub fn signed(alg: &str, claims: &Map<String, Value>, secret: &str) -> String {
    let header = format!("{{\"alg\":\"{alg}\",\"typ\":\"JWT\"}}");
    let claims = Value::Object(claims.clone()).to_string();
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = match alg {
        "HS256" => mac::<Hmac<Sha256>>(secret, &text),
        "HS512" => mac::<Hmac<Sha512>>(secret, &text),
        _ => Vec::new(),
    };
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The signature of a request to a webhook that is sent at this second.
pub fn signature(secret: &str, at: i64, body: &str) -> String {
    let bytes = mac::<Hmac<Sha256>>(secret, &format!("{at}.{body}"));
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn mac<M: hmac::Mac + hmac::digest::KeyInit>(secret: &str, text: &str) -> Vec<u8> {
    let mut mac = <M as hmac::digest::KeyInit>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::Mac as _;

    #[test]
    fn the_example_of_rfc_7515_appendix_a_1_is_reproduced() {
        let key = URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(
            b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
        );
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        assert_eq!(signature, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    #[test]
    fn claims_are_read_back() {
        let given = Map::from_iter([("sub".to_owned(), Value::from("x"))]);
        assert_eq!(claims(&signed("HS256", &given, "secret")), Some(given));
    }
}
