package io.policyengine.policies.shared.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class Sha256Test {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isTheDigestOfItsParts() {
        Sha256 whole = Sha256.of("abc".getBytes(StandardCharsets.UTF_8));
        Sha256 parts = Sha256.of("a".getBytes(StandardCharsets.UTF_8), "bc".getBytes(StandardCharsets.UTF_8));

        assertThat(whole.toHex()).isEqualTo(ABC);
        assertThat(parts).isEqualTo(whole).hasSameHashCodeAs(whole);
        assertThat(Sha256.fromHex(ABC.toUpperCase(java.util.Locale.ROOT))).isEqualTo(whole);
    }

    @Test
    void showsNothingOfItselfAsText() {
        assertThat(Sha256.fromHex(ABC).toString()).isEqualTo("Sha256[***]");
    }

    @Test
    void refusesWhatIsNoDigestWithoutRepeatingIt() {
        for (String wrong : List.of("", ABC.substring(1), ABC + "0", "x" + ABC.substring(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Sha256.fromHex(wrong))
                    .withMessage("not 64 hexadecimal digits");
        }
    }
}
