package io.policyengine.policies.authentication.shared.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7515, RFC 7519 and RFC 8037. */
final class RfcVectorsTest {
    private static final String CLAIMS =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    @Test
    void verifiesTheExampleOfHs256() {
        byte[] secret = Base64.getUrlDecoder()
                .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        KeySet keys = KeySet.ofSecrets(List.of(secret));

        requireVerified(
                keys,
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + CLAIMS + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    @Test
    void verifiesTheExampleOfRs256() {
        KeySet keys = keys("""
                {"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPME\
                zP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9\
                e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2e\
                thFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}""");

        requireVerified(
                keys,
                "eyJhbGciOiJSUzI1NiJ9." + CLAIMS
                        + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
                        + "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
                        + "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
                        + "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
    }

    @Test
    void verifiesTheExampleOfEs256() {
        KeySet keys = keys("""
                {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                 "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""");

        requireVerified(
                keys,
                "eyJhbGciOiJFUzI1NiJ9." + CLAIMS
                        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    }

    @Test
    void verifiesTheExampleOfEs512() {
        KeySet keys = keys("""
                {"kty":"EC","crv":"P-521",
                 "x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
                 "y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}""");

        requireVerified(
                keys,
                "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-"
                        + "KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBX"
                        + "ukOXolLzeO_Jn");
    }

    @Test
    void verifiesTheExampleOfEd25519() {
        KeySet keys = keys("""
                {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""");

        requireVerified(
                keys,
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWb"
                        + "hijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    }

    @Test
    void refusesTheExampleOfAnUnsecuredToken() {
        assertThat(Jws.read("eyJhbGciOiJub25lIn0." + CLAIMS + "."))
                .isEqualTo(new Jws.Reading.Faulty(JwsFault.ALGORITHM));
    }

    @Test
    void readsTheClaimsOfTheExample() {
        TokenClaims claims =
                Objects.requireNonNull(TokenClaims.read(Objects.requireNonNull(StrictBase64Url.decode(CLAIMS))));

        assertThat(claims.issuer()).isEqualTo("joe");
        assertThat(claims.expires()).isEqualTo(1_300_819_380_000L);
        assertThat(claims.json().path("http://example.com/is_root").booleanValue())
                .isTrue();
        assertThat(new String(Objects.requireNonNull(StrictBase64Url.decode(CLAIMS)), StandardCharsets.UTF_8))
                .contains("\r\n");
    }

    private static KeySet keys(String jwk) {
        return switch (KeySet.read("{\"keys\":[" + jwk + "]}")) {
            case KeySet.Reading.Ok(KeySet keys, List<String> passedOver) -> {
                assertThat(passedOver).isEmpty();
                assertThat(keys.faults()).isEmpty();
                yield keys;
            }
            case KeySet.Reading.Bad(String problem) -> throw new AssertionError(problem);
        };
    }

    /** The example is good, and is not once a bit of its signature is another. */
    private static void requireVerified(KeySet keys, String token) {
        int middle = token.length() - 10;
        String altered =
                token.substring(0, middle) + (token.charAt(middle) == 'A' ? 'B' : 'A') + token.substring(middle + 1);

        assertThat(isVerified(keys, token)).isTrue();
        assertThat(isVerified(keys, altered)).isFalse();
    }

    private static boolean isVerified(KeySet keys, String token) {
        return Jws.read(token) instanceof Jws.Reading.Ok(Jws jws)
                && keys.find(jws.header()).stream().anyMatch(key -> key.verifies(jws));
    }
}
