package io.policyengine.policies.content.piiredaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.PolicyException;
import org.junit.jupiter.api.Test;

final class VaultTest {
    private final Capacity room = new Capacity(2_000);
    private final Vault vault = new Vault((_, value, _) -> "token of " + value, room, 1_000);

    @Test
    void refusesAValueBeyondItsMaximum() {
        assertThat(vault.of("NAME", "ann", false)).isEqualTo("token of ann");

        assertThatThrownBy(() -> vault.of("NAME", "b".repeat(500), false)).isInstanceOf(PolicyException.class);

        assertThat(vault.valueOf("token of ann")).isEqualTo("ann");
        assertThat(room.taken()).isLessThanOrEqualTo(1_000);
    }

    @Test
    void aValueThatIsFoundAfterTheEndOfTheExchangeTakesNoMemory() {
        vault.of("NAME", "ann", false);

        vault.close();
        String late = vault.of("NAME", "bob", false);

        assertThat(late).isEqualTo("token of bob");
        assertThat(vault.valueOf(late)).isNull();
        assertThat(room.taken()).isZero();
    }
}
