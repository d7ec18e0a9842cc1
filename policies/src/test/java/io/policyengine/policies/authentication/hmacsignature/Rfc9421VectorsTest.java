package io.policyengine.policies.authentication.hmacsignature;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.policyengine.policies.authentication.hmacsignature.component.SignatureComponent;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests of RFC 9421 appendix B.2, B.3 and §2.2.8, with the keys of B.1. */
final class Rfc9421VectorsTest {
    static final String RSA_PSS = """
            -----BEGIN PUBLIC KEY-----
            MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
            +QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
            oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
            gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
            Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
            aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
            2wIDAQAB
            -----END PUBLIC KEY-----
            """;
    static final String ECC_P256 = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
            w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
            -----END PUBLIC KEY-----
            """;
    static final String ED25519 = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
            -----END PUBLIC KEY-----
            """;
    static final String SHARED_SECRET =
            "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";

    private static final String DIGEST =
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
    private static final String FULL_COVERAGE = "(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" "
            + "\"content-type\" \"content-digest\" \"content-length\");created=1618884473;keyid=\"test-key-rsa-pss\"";

    private final MessageSignatureReader reader = new MessageSignatureReader(Set.of());

    @Test
    void verifiesTheMinimalSignatureWithRsaPss() {
        Claim claim = claim(
                "();created=1618884473;keyid=\"test-key-rsa-pss\";nonce=\"b3k2pp5k7z-50gnwp.yemd\"",
                "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==");

        assertThat(claim.parameters().nonce()).isEqualTo("b3k2pp5k7z-50gnwp.yemd");
        requireOnly(KeyMaterial.ofPem(RSA_PSS), claim);
    }

    @Test
    void verifiesSelectiveComponentsWithRsaPss() {
        Claim claim = claim(
                "(\"@authority\" \"content-digest\" \"@query-param\";name=\"Pet\");created=1618884473;keyid=\"test-key-rsa-pss\";tag=\"header-example\"",
                "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==");

        assertThat(claim.parameters().tag()).isEqualTo("header-example");
        requireOnly(KeyMaterial.ofPem(RSA_PSS), claim);
    }

    @Test
    void verifiesFullCoverageWithRsaPss() {
        requireOnly(
                KeyMaterial.ofPem(RSA_PSS),
                claim(
                        FULL_COVERAGE,
                        "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA=="));
    }

    /** B.2.4 signs a response, which this policy never sees: only the algorithm is tried. */
    @Test
    void verifiesTheSignatureOfAResponseWithEcdsa() {
        String base = """
                "@status": 200
                "content-type": application/json
                "content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:
                "content-length": 23
                "@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256\"""";
        byte[] signature =
                base64("wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==");
        Key key = KeyMaterial.ofPem(ECC_P256);

        assertThat(SignatureAlgorithm.of(key)).isEqualTo(SignatureAlgorithm.ECDSA_P256_SHA256);
        assertThat(SignatureAlgorithm.ECDSA_P256_SHA256.verifies(key, Octets.toBytes(base), signature))
                .isTrue();
        assertThat(SignatureAlgorithm.ECDSA_P256_SHA256.verifies(key, Octets.toBytes(base + " "), signature))
                .isFalse();
        assertThat(SignatureAlgorithm.ECDSA_P256_SHA256.verifies(key, Octets.toBytes(base), new byte[64]))
                .isFalse();
        assertThat(SignatureAlgorithm.ECDSA_P256_SHA256.verifies(key, Octets.toBytes(base), new byte[0]))
                .isFalse();
    }

    @Test
    void verifiesTheSignatureOfARequestWithEcdsa() {
        RequestView request = new RequestView(
                "POST",
                "https",
                "service.internal.example",
                "/foo?param=Value&Pet=dog",
                HeaderMap.of(
                        "client-cert",
                        ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:"),
                "192.0.2.1",
                Map.of(),
                null,
                false);

        Claim claim = claim(
                request,
                "(\"@path\" \"@query\" \"@method\" \"@authority\" \"client-cert\");created=1618884473;keyid=\"test-key-ecc-p256\"",
                "xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==");

        requireOnly(KeyMaterial.ofPem(ECC_P256), claim);
    }

    @Test
    void verifiesAnHmac() {
        requireOnly(
                KeyMaterial.secretOfBase64(SHARED_SECRET),
                claim(
                        "(\"date\" \"@authority\" \"content-type\");created=1618884473;keyid=\"test-shared-secret\"",
                        "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="));
    }

    @Test
    void verifiesEd25519() {
        requireOnly(
                KeyMaterial.ofPem(ED25519),
                claim(
                        "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"",
                        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="));
    }

    @Test
    void theBaseIsThatOfTheRfc() {
        Claim claim = claim(FULL_COVERAGE, "AA==");

        assertThat(claim.base()).asString(StandardCharsets.US_ASCII).isEqualTo("""
                "date": Tue, 20 Apr 2021 02:07:55 GMT
                "@method": POST
                "@path": /foo
                "@query": ?param=Value&Pet=dog
                "@authority": example.com
                "content-type": application/json
                "content-digest": %s
                "content-length": 18
                "@signature-params": %s""".formatted(DIGEST, FULL_COVERAGE));
    }

    /** RFC 9421 §2.1.1 to §2.1.3, and §2.2.1 to §2.2.8. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "@method|GET",
                "@target-uri|https://www.example.com/path?param=value&foo=bar&baz=batman&qux=&twice=1&twice=2&var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something",
                "@authority|www.example.com",
                "@scheme|https",
                "@path|/path",
                "\"@query-param\";name=\"baz\"|batman",
                "\"@query-param\";name=\"qux\"|``",
                "\"@query-param\";name=\"param\"|value",
                "\"@query-param\";name=\"var\"|this%20is%20a%20big%0Amultiline%20value",
                "\"@query-param\";name=\"bar\"|with%20plus%20whitespace",
                "\"@query-param\";name=\"fa%C3%A7ade%22%3A%20\"|something",
                "x-ows-header|Leading and trailing whitespace.",
                "cache-control|max-age=60, must-revalidate",
                "example-dict|a=1,    b=2;x=1;y=2,   c=(a   b   c), d",
                "\"example-dict\";key=\"a\"|1",
                "\"example-dict\";key=\"d\"|?1",
                "\"example-dict\";key=\"b\"|2;x=1;y=2",
                "\"example-dict\";key=\"c\"|(a b c)",
                "\"example-header\";bs|:dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:",
                "\"priority\";sf|u=1, i",
                "empty|``",
            })
    void valuesOfComponentsAreThoseOfTheRfc(String component, String value) {
        assertThat(new RequestComponents(examples()).valueOf(SignatureComponent.parse(component)))
                .isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"@query-param\";name=\"twice\"",
                "\"@query-param\";name=\"absent\"",
                "absent",
                "\"example-dict\";key=\"absent\"",
                "\"example-header\";key=\"a\"",
                "\"example-dict\";sf",
                "not-ascii"
            })
    void whatIsAmbiguousOrAbsentHasNoValue(String component) {
        assertThat(new RequestComponents(examples()).valueOf(SignatureComponent.parse(component)))
                .isNull();
    }

    private static RequestView examples() {
        return new RequestView(
                "GET",
                "https",
                "WWW.Example.com:443",
                "/path?param=value&foo=bar&baz=batman&qux=&twice=1&twice=2&var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something",
                HeaderMap.of(
                        "x-ows-header", "  Leading and trailing whitespace.   ",
                        "cache-control", "max-age=60",
                        "cache-control", "   must-revalidate",
                        "example-dict", " a=1,    b=2;x=1;y=2,   c=(a   b   c), d",
                        "example-header", "value, with, lots",
                        "example-header", "of, commas",
                        "priority", "u=1,i=?1",
                        "not-ascii", Octets.fromText("é"),
                        "empty", ""),
                "192.0.2.1",
                Map.of(),
                null,
                false);
    }

    private static RequestView request() {
        return new RequestView(
                "POST",
                "https",
                "example.com",
                "/foo?param=Value&Pet=dog",
                HeaderMap.of(
                        "date", "Tue, 20 Apr 2021 02:07:55 GMT",
                        "content-type", "application/json",
                        "content-digest", DIGEST,
                        "content-length", "18"),
                "192.0.2.1",
                Map.of(),
                Buffer.buffer("{\"hello\": \"world\"}"),
                false);
    }

    private Claim claim(String input, String signature) {
        return claim(request(), input, signature);
    }

    private Claim claim(RequestView request, String input, String signature) {
        HeaderMap.Builder headers = request.headers().toBuilder()
                .append("signature-input", "sig=" + input)
                .append("signature", "sig=:" + signature + ":");
        SignatureCredential presented = reader.read(new RequestComponents(request.withHeaders(headers.build())));

        assertThat(presented).isInstanceOf(SignatureCredential.Some.class);
        List<Claim> claims = ((SignatureCredential.Some) presented).claims();
        assertThat(claims).hasSize(1);
        return claims.getFirst();
    }

    private static void requireOnly(Key key, Claim claim) {
        SignerKey good = SignerKey.of("owner", claim.keyId(), key);
        SignerKey other = SignerKey.of("owner", claim.keyId(), KeyMaterial.secret(new byte[] {1}));
        byte[] changed = claim.signature().clone();
        changed[changed.length / 2] ^= 1;

        assertThat(good.verifies(claim)).isTrue();
        assertThat(other.verifies(claim)).isFalse();
        assertThat(good.verifies(withSignature(claim, changed))).isFalse();
        assertThat(good.verifies(withSignature(claim, new byte[0]))).isFalse();
    }

    private static Claim withSignature(Claim claim, byte[] signature) {
        return new Claim(claim.keyId(), claim.covered(), claim.parameters(), claim.base(), signature);
    }

    private static byte[] base64(String text) {
        return java.util.Base64.getDecoder().decode(text);
    }
}
