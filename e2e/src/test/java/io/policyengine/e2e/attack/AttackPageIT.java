package io.policyengine.e2e.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of attacks. */
class AttackPageIT {
    @Test
    void namesEachAttack() throws IOException {
        String page = Files.readString(Installation.home().resolve("docs/security/attacks.md"));

        assertThat(Attack.all())
                .allSatisfy(attack ->
                        assertThat(page).containsPattern("(\\| |<br>)" + Pattern.quote(attack.name()) + "( \\||<br>)"));
    }
}
