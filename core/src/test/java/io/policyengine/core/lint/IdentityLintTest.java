package io.policyengine.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.Problem;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Issuers whose ids an upstream could confuse, and tokens that do not reach their entries. */
class IdentityLintTest extends LintFixture {
    @Test
    void findsIssuersOfOneEntryOrOfTwoWhoseIdsMayBeEqual() throws IOException {
        assertThat(codes("[ { policy: mixedAuth } ]")).containsExactly("issuers_share_ids");
        assertThat(codes("[ { policy: nestedAuth } ]")).isEmpty();
        assertThat(findings("[ { policy: nestedAuth }, { policy: plain }, { policy: prefixedAuth } ]"))
                .extracting(Problem::message)
                .containsExactly(
                        "'prefixedAuth' may give a client the same id as 'nestedAuth' gives another client, and the"
                                + " upstream cannot distinguish them: give each issuer a different 'id_prefix', and let no "
                                + "prefix begin with another (route '/a')");
        assertThat(codes("[ { policy: auth }, { policy: issuerAuth } ]")).containsExactly("issuers_share_ids");
        assertThat(codes("[ { policy: issuerAuth }, { policy: auth } ]")).containsExactly("issuers_share_ids");
        assertThat(codes("[ { policy: issuerAuth }, { policy: prefixedAuth } ]"))
                .containsExactly("issuers_share_ids");
    }

    @Test
    void entriesWithPrefixesOfTheirOwnAndOperatorsDoNotShareIds() throws IOException {
        assertThat(codes("[ { policy: prefixedAuth }, { policy: secondPrefixAuth }, { policy: auth } ]"))
                .isEmpty();
        assertThat(codes("[ { policy: auth }, { policy: optionalAuth } ]")).isEmpty();
        assertThat(codes("[ { policy: issuerAuth }, { policy: issuerAuth, name: again } ]"))
                .isEmpty();
        assertThat(codes("[ { policy: auth }, { policy: issuerAuth, mode: shadow } ]"))
                .isEmpty();
        assertThat(codes("[ { policy: auth }, { policy: issuerAuth, lint_ignore: [issuers_share_ids] } ]"))
                .isEmpty();
    }

    @Test
    void findsAnEntryThatNoTokenReaches() throws IOException {
        assertThat(findings("[ { policy: tokenAuth }, { policy: whole }, { policy: exchange } ]"))
                .extracting(Problem::message)
                .containsExactly("'exchange' needs the token that an earlier entry has validated, but a new call begins"
                        + " at 'whole', which reads the whole body: put it directly behind the entry that validates the"
                        + " token, in the same worker, and behind no entry of another worker that authenticates"
                        + " (route '/a')");
        for (String chain : List.of(
                "[ { policy: auth }, { policy: exchange } ]",
                "[ { policy: tokenAuth }, { policy: chunks }, { policy: whole }, { policy: exchange } ]",
                "[ { policy: tokenAuth }, { policy: auth, name: second }, { policy: exchange } ]",
                "[ { policy: otherTokenAuth }, { policy: exchange } ]",
                "[ { policy: otherAuth }, { policy: tokenAuth }, { policy: plain }, { policy: exchange } ]",
                "[ { policy: auth }, { policy: tokenAuth, mode: shadow }, { policy: exchange } ]")) {
            assertThat(codes(chain)).as(chain).containsExactly("token_not_passed_on");
        }
        assertThat(codes("[ { policy: tokenAuth }, { policy: other }, { policy: exchange } ]"))
                .contains("token_not_passed_on");
    }

    @Test
    void anEntryThatATokenMayReachIsNotReported() throws IOException {
        for (String chain : List.of(
                "[ { policy: tokenAuth }, { policy: exchange } ]",
                "[ { policy: tokenAuth }, { policy: chunks }, { policy: exchange } ]",
                "[ { policy: whole }, { policy: tokenAuth }, { policy: chunks }, { policy: exchange } ]",
                "[ { policy: tokenAuth }, { policy: whole, mode: off }, { policy: exchange } ]",
                "[ { policy: tokenAuth }, { policy: optionalAuth }, { policy: exchange }, { policy: whole } ]",
                "[ { policy: auth }, { policy: tokenAuth }, { policy: exchange } ]",
                "[ { policy: tokenAuth }, { policy: unknown }, { policy: exchange } ]",
                "[ { policy: tokenAuth }, { policy: whole }, { policy: exchange, mode: shadow } ]")) {
            assertThat(codes(chain)).as(chain).doesNotContain("token_not_passed_on");
        }
        assertThat(codes("[ { policy: exchange } ]")).containsExactly("needs_identity");
    }
}
