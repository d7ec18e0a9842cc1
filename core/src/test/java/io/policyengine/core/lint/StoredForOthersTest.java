package io.policyengine.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of conditions that make a stored response depend on the identity. */
class StoredForOthersTest extends LintFixture {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'staff' in identity.roles",
                "identity.claims[?'tenant'].orValue('') == 'acme'",
                "metadata[?'user_tier'].orValue('') != 'gold'",
                "metadata['user_id'] == 'alice'",
                "metadata['auth_method'] == 'jwt'",
                "metadata[request.method] == 'a'",
                "request.headers[?'x-user-id'].orValue('') != 'alice'",
                "request.headers['X-User-Roles'] == 'staff'",
                "'alice' in request.header_values['x_user_id']",
                "request.headers[request.method] == 'a'",
                "original_request.headers['authorization'] == 'Bearer a'",
            })
    void conditionsOnAnyPartOfTheIdentityAreNotStoredForOthers(String when) throws IOException {
        String changes = "[ { policy: removes, when: \"" + when + "\" }, { policy: ";

        assertThat(codes("[ { policy: auth } ]", changes + "sharedMemory } ]")).containsExactly("stored_for_others");
        assertThat(codes("[ { policy: auth } ]", changes + "memory } ]")).isEmpty();
    }

    @Test
    void conditionsOnOtherValuesMayBeStoredForOthers() throws IOException {
        String other = "request.headers['x-channel'] == 'a' && metadata['region'] == 'eu'"
                + " && response.headers['x-user-id'] == 'b'";

        assertThat(codes(
                        "[ { policy: auth } ]",
                        "[ { policy: removes, when: \"" + other + "\" }, { policy: sharedMemory } ]"))
                .isEmpty();
    }
}
