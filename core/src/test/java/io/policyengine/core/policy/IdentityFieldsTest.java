package io.policyengine.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.http.HeaderMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spellings of identity fields. */
class IdentityFieldsTest {
    private static final IdentityFields FIELDS = IdentityFields.of(List.of("X-User-ID", "x-tenant"));

    @Test
    void everyMixOfDashAndUnderscoreIsListed() {
        assertThat(FIELDS.spellings())
                .containsExactlyInAnyOrder("x-tenant", "x_tenant", "x-user-id", "x_user-id", "x-user_id", "x_user_id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-user-id", "x_user_id", "x_user-id", "x.user-id", "x~user+id", "x|tenant"})
    void aFieldThatAnUpstreamMayTakeForOneIsOne(String name) {
        assertThat(FIELDS.include(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-user-i", "x-user-ids", "xauser-id", "x-user0id", "user-id", ""})
    void anotherFieldIsNone(String name) {
        assertThat(FIELDS.include(name)).isFalse();
    }

    @Test
    void theyAreTakenOutOfAMessageAndNothingElse() {
        HeaderMap headers = HeaderMap.of(
                "a", "1", "X_User_ID", "admin", "x-user-id", "admin", "b", "2", "x.tenant", "all", "x-user-id", "root");

        assertThat(FIELDS.removedFrom(headers)).isEqualTo(HeaderMap.of("a", "1", "b", "2"));
        assertThat(FIELDS.unlistedIn(headers)).containsExactly("x.tenant");
        assertThat(FIELDS.removedFrom(HeaderMap.of("x-user-id", "a"))).isEqualTo(HeaderMap.empty());
    }

    @Test
    @SuppressWarnings("ReferenceEquality") // that nothing is copied is what is tested
    void aMessageWithoutThemIsNotCopied() {
        HeaderMap headers = HeaderMap.of("a", "1", "x-user", "2");

        assertThat(FIELDS.removedFrom(headers) == headers).isTrue();
        assertThat(IdentityFields.none().removedFrom(headers) == headers).isTrue();
    }

    @Test
    void whatHasMoreSpellingsThanEnvoyRemovesIsRefused() {
        Set<String> many = Set.of("x-a-b-c-d-e", "y-a-b-c-d-e", "z-a-b-c-d-e");

        assertThat(IdentityFields.countSpellings(many)).isEqualTo(96);
        assertThat(IdentityFields.countSpellings(Set.of("-".repeat(200)))).isGreaterThan(IdentityFields.MAX);
        assertThatThrownBy(() -> IdentityFields.of(many)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theUsualOnesCanBeRemoved() {
        assertThat(IdentityFields.of(IdentityFields.USUAL).spellings())
                .hasSize(32)
                .contains("x-user-id", "x_auth_method");
    }

    @Test
    void aPolicyThatLeavesAnIdentityAndNamesNoFieldIsTakenToUseTheUsualOnes() {
        EntryFacts silent = EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY));

        assertThat(silent.identityFields()).isEqualTo(IdentityFields.USUAL);
        assertThat(silent.with(HeaderUse.Action.IDENTITY, List.of("X-Name")).identityFields())
                .containsExactly("x-name");
        assertThat(EntryFacts.none().identityFields()).isEmpty();
        assertThat(EntryFacts.ofCodes(List.of("identity_header:x-name")).identityFields())
                .containsExactly("x-name");
    }
}
