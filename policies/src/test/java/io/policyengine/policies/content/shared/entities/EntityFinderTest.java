package io.policyengine.policies.content.shared.entities;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityFinderTest {
    private static final EntityFinder ALL = new EntityFinder(EnumSet.allOf(Entity.class));

    /** What is found, as {@code code=text}. */
    private static List<String> found(String text) {
        return ALL.find(text).stream()
                .map(found -> found.entity().code() + "=" + text.substring(found.start(), found.end()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    email       | bob@example.com
                    email       | a.b-c+d_e%f'g@sub.example.co.uk
                    email       | élodie@büro.example
                    email       | bob%40example.com
                    email       | user@xn--bcher-kva.xn--p1ai
                    phone       | +1 212 555 0123
                    phone       | +12125550123
                    phone       | (212) 555-0123
                    phone       | 212.555.0123
                    phone       | 1-212-555-0123
                    phone       | +49 (0) 30 1234567
                    phone       | 0049 30 1234567
                    phone       | 030/1234567
                    phone       | 01 23 45 67 89
                    phone       | +９１ ९८७६५ ४३२१०
                    credit_card | 4111111111111111
                    credit_card | 4111 1111 1111 1111
                    credit_card | 4111-1111 1111.1111
                    credit_card | 4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1
                    credit_card | ４１１１１１１１１１１１１１１１
                    credit_card | ٤١١١١١١١١١١١١١١١
                    credit_card | 4111–1111–1111–1111
                    credit_card | 378282246310005
                    credit_card | 3782 822463 10005
                    credit_card | 5555555555554444
                    credit_card | 6011111111111117
                    credit_card | 3530111333300000
                    credit_card | 30569309025904
                    credit_card | 4222222222222
                    credit_card | 6304000000000000
                    iban        | DE89370400440532013000
                    iban        | DE89 3704 0044 0532 0130 00
                    iban        | de89-3704-0044-0532-0130-00
                    iban        | GB29 NWBK 6016 1331 9268 19
                    iban        | FR1420041010050500013M02606
                    iban        | NO9386011117947
                    iban        | MT84MALT011000012345MTLCAST001S
                    iban        | ВЕ68 5390 0754 7034
                    ip_address  | 192.168.1.255
                    ip_address  | 2001:db8::1
                    ip_address  | 2001:0db8:85a3:0000:0000:8a2e:0370:7334
                    ip_address  | ::ffff:10.1.2.3
                    ip_address  | ::1
                    us_ssn      | 536-22-1234
                    us_ssn      | 536 22 1234
                    uk_nino     | AB123456C
                    uk_nino     | ab 12 34 56 c
                    de_tax_id   | 86095742719
                    de_tax_id   | 86 095 742 719
                    in_aadhaar  | 2341 2341 2346
                    in_aadhaar  | 234123412346
                    passport    | L898902C36UTO7408122F1204159ZE184226B<<<<<10
                    passport    | P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
                    api_key     | sk-abcdefghijklmnopqrstuvwxyz0123456789
                    api_key     | sk-proj-abcdefghijklmnopqrstuvwx
                    api_key     | sk-ant-api03-abcdefghijklmnop-QRSTUV_0123
                    api_key     | ghp_abcdefghijklmnopqrstuvwxyz0123456789
                    api_key     | github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz
                    api_key     | glpat-abcdefghij0123456789
                    api_key     | sk_live_4eC39HqLyjWDarjtT1zdp7dc
                    api_key     | xoxb-123456789012-1234567890123-abcdefghijklmnop
                    api_key     | AIzaSyA1234567890abcdefghijklmnopqrstuv
                    aws_key     | AKIAIOSFODNN7EXAMPLE
                    jwt         | eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl
                    jwt         | eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.
                    jwt         | eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..aXY.Y2lwaGVy.dGFn
                    """)
    void finds(String entity, String value) {
        assertThat(found(value)).containsExactly(entity + "=" + value);
        assertThat(found("(" + value + ")")).containsExactly(entity + "=" + value);
        assertThat(found("\"" + value + "\",")).containsExactly(entity + "=" + value);
        assertThat(found("是" + value + "。")).contains(entity + "=" + value);
    }

    @Test
    void findsAddressesOfScriptsWithoutSpaces() {
        assertThat(found("写信到：用户@例子.广告。")).containsExactly("email=用户@例子.广告");
        assertThat(found("メールはbob@example.comです")).containsExactly("email=bob@example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111112",
                "41111111111111111",
                "0.4111111111111111",
                "1111111111111117",
                "4006381333931",
                "DE89370400440532013001",
                "DE8937040044053201300",
                "XX89370400440532013000",
                "GB29 1234 6016 1331 9268 19",
                "1.2.3",
                "1.2.3.4.5",
                "version 1.2.3.4",
                "v1.2.3.4",
                "256.1.1.1",
                "01.2.3.4",
                "std::vector",
                "a::b",
                "12:30:45",
                "00:1a:2b:3c:4d:5e",
                "00:1a:2b:3c:4d:5e:6f:70",
                "000-12-3456",
                "666-12-3456",
                "912-12-3456",
                "536-00-1234",
                "536-22-0000",
                "536221234",
                "536-22-1234-1",
                "GB123456A",
                "DA123456A",
                "AB123456E",
                "86095742718",
                "2341 2341 2347",
                "1341 2341 2346",
                "01.02.2023 10:30",
                "2024-01-31T10:20:30Z",
                "1700000000",
                "logo@2x.png",
                "lib@1.2.3",
                "@handle",
                "git@example.com:team/project.git",
                "bob@localhost",
                "sk-learn-is-a-long-name-of-a-package",
                "risk-abcdefghijklmnopqrstuvwxyz0123456789",
                "ghp_short",
                "AKIASHORT",
                "AKIAIOSFODNN7EXAMPLES",
                "eyJwYWdlIjoxfQ.eyJwYWdlIjoxfQ.c2ln",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0",
                "-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END CERTIFICATE-----",
                "-----BEGIN PRIVATE KEY----- is its first line"
            })
    void findsNothingIn(String text) {
        assertThat(found(text)).isEmpty();
        assertThat(found("Order " + text + " of today")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "us_ssn, SSN: 536221234, 536221234",
        "us_ssn, social security number 536221234, 536221234",
        "phone, call me on 2125550123, 2125550123",
        "phone, Telefonnr. 5551234567, 5551234567",
        "phone, 手机13812345678, 13812345678",
        "passport, Passport No. C01X00T47, C01X00T47",
        "passport, паспорт 4509 123456, 4509 123456",
        "aws_key, aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY, wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    })
    void findsByContext(String entity, String text, String value) {
        assertThat(found(text)).containsExactly(entity + "=" + value);
        assertThat(found(value)).doesNotContain(entity + "=" + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\\n", " ", "\\n\" +\n  \""})
    void findsPrivateKeysOfProgramsToo(String lineBreak) {
        String body = lineBreak + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" + lineBreak + "BKcwggSjAgEAAoIBAQC7" + lineBreak;
        String key = "-----BEGIN RSA PRIVATE KEY-----" + body + "-----END RSA PRIVATE KEY-----";
        String broken = "-----BEGIN OPENSSH PRIVATE KEY-----" + body.stripTrailing();

        assertThat(found("key: " + key + " end")).containsExactly("private_key=" + key);
        assertThat(found(broken + "; and").getFirst())
                .startsWith("private_key=-----BEGIN OPENSSH")
                .contains("BKcwggSjAgEAAoIBAQC7");
    }

    @Test
    void findsAKeyWithHeaderFields() {
        String key = """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,0011223344556677

                MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
                -----END RSA PRIVATE KEY-----""";

        assertThat(found(key)).containsExactly("private_key=" + key);
    }

    @Test
    void findsWhatStandsCloseTogether() {
        assertThat(found("4111111111111111,5555555555554444;bob@example.com 10.0.0.1:443 4111 1111 1111 1111 123"))
                .containsExactly(
                        "credit_card=4111111111111111",
                        "credit_card=5555555555554444",
                        "email=bob@example.com",
                        "ip_address=10.0.0.1",
                        "credit_card=4111 1111 1111 1111");
    }

    @Test
    void looksForWhatIsWantedOnly() {
        String text = "bob@example.com 4111111111111111 10.0.0.1";

        for (Entity entity : EnumSet.of(Entity.EMAIL, Entity.CREDIT_CARD, Entity.IP_ADDRESS)) {
            assertThat(new EntityFinder(EnumSet.of(entity)).find(text))
                    .singleElement()
                    .satisfies(found -> assertThat(found.entity()).isEqualTo(entity));
        }
        assertThat(new EntityFinder(EnumSet.noneOf(Entity.class)).find(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"email", "iban", "ip_address", "private_key"})
    void isNamedByItsCode(String code) {
        assertThat(Entity.valueOf(code.toUpperCase(Locale.ROOT)).code()).isEqualTo(code);
    }
}
