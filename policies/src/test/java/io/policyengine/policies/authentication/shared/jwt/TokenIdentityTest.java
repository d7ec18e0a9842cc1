package io.policyengine.policies.authentication.shared.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenIdentityTest {
    private static final TokenIdentity ANNOUNCEMENT = new TokenIdentity(
            "jwt",
            "https://auth.example.com",
            "",
            List.of(),
            List.of(ClaimPath.parse("sub")),
            List.of(ClaimPath.parse("roles"), ClaimPath.parse("groups")),
            Map.of());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                      | []
            , "roles": null                         | []
            , "roles": "a"                          | ["a"]
            , "roles": ["a", "b"]                   | ["a","b"]
            , "groups": ["c"]                       | ["c"]
            , "roles": null, "groups": ["c"]        | ["c"]
            , "roles": ["a"], "groups": ["c"]       | ["a"]
            , "roles": {"a": true}                  | null
            , "roles": "a,b"                        | null
            , "roles": "a b"                        | null
            , "roles": ["a,b", "c d"]               | ["a,b","c d"]
            , "roles": ["a", ["b"]]                 | null
            , "roles": 7, "groups": ["c"]           | null
            """)
    void theFirstClaimThatIsThereHasTheRoles(String claims, String roles) {
        TokenClaims read = Objects.requireNonNull(
                TokenClaims.read(("{\"sub\": \"alice\"" + claims + "}").getBytes(StandardCharsets.UTF_8)));

        TokenDecision admission = ANNOUNCEMENT.of(read.json(), List.of());
        assertThat(admission).isInstanceOf(TokenDecision.Granted.class);
        Metadata metadata = Metadata.empty().after(((TokenDecision.Granted) admission).instructions());

        assertThat(String.valueOf(metadata.get(Identity.ROLES))).isEqualTo(roles);
    }
}
