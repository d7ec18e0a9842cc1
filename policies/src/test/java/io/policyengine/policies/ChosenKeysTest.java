package io.policyengine.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.policies.shared.clientkey.ClientKey;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The facts about the keys of limits: what a client can choose of them. */
final class ChosenKeysTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            identity                                                            |
            client_ip                                                           |
            identity.claims.team                                                |
            header:X-Tenant                                                     | LIMITS_BY_FIELDS
            request.headers['x-a']                                              | LIMITS_BY_FIELDS
            request.client_address                                              | LIMITS_BY_WHOLE_ADDRESS
            identity.id + request.headers['x-a']                                | LIMITS_BY_CHOSEN_PARTS
            identity.id + request.query_params['a']                             | LIMITS_BY_CHOSEN_PARTS
            identity.claims[?'team'].orValue(request.headers['x-a'])            | LIMITS_BY_CHOSEN_PARTS
            identity.id != "" ? identity.id : request.headers['x-a']            | LIMITS_ANONYMOUS_BY_FIELDS
            identity.id + (request.headers['x-a'] == 'a' ? '-a' : '')           |
            identity.id + request.headers['x-a'] & identity                     |
            identity.id + request.headers['x-a'] & header:X-Tenant              | LIMITS_BY_CHOSEN_PARTS
            """)
    void aKeyDeclaresWhatTheClientChooses(String keys, @Nullable String fact) {
        EntryFacts facts = ClientKey.factsOfLimits(
                Arrays.stream(keys.split(" & ", -1)).map(ClientKey::parse).toList(), EntryFacts.none());

        assertThat(facts.facts()).isEqualTo(fact == null ? Set.of() : Set.of(Fact.valueOf(fact)));
    }
}
