package io.policyengine.kernel.trust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The version of Envoy in the text of its attribute, which anyone who reaches the engine's port can send. */
class PatchReleaseTest {
    @ParameterizedTest
    @CsvSource({
        "'major_number: 1 minor_number: 40 ', 1.40.0",
        "'major_number: 1 minor_number: 36 patch: 4', 1.36.4",
        "'major_number: 1 minor_number: 36 patch: 4 ', 1.36.4",
        "'major_number: 1  minor_number:  36\npatch: 12\n', 1.36.12",
        "'major_number: 2', 2.0.0",
        "'major_number: 2 patch: 3', 2.0.3"
    })
    void isReadFromTheAttribute(String text, String release) {
        assertThat(PatchRelease.ofAttribute(text)).map(PatchRelease::toString).contains(release);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1.40.0",
                "minor_number: 40",
                "minor_number: 40 major_number: 1",
                "major_number: 1 minor_number: 40 patch: -1",
                "major_number: 1 minor_number: 99999",
                "major_number: 1 major_number: 1",
                "major_number: 1minor_number: 40",
                "major_number: 1 minor_number: 40 other: 1",
                "major_number: \u0661",
                "xmajor_number: 1",
                "version { major_number: 1 minor_number: 40 }"
            })
    void isNotReadFromOtherTexts(String text) {
        assertThat(PatchRelease.ofAttribute(text)).isEmpty();
    }

    @Test
    void isNotReadFromLongTexts() {
        assertThat(PatchRelease.ofAttribute("major_number: 1" + " ".repeat(200)))
                .isEmpty();
    }

    @Test
    void isTooOldBeforeTheOldestOne() {
        assertThat(new PatchRelease(1, 35, 9).whyUnsupported())
                .contains("Envoy 1.35.9 is older than 1.36, which is the oldest that the engine supports");
        assertThat(new PatchRelease(1, 36, 0).whyUnsupported()).isEmpty();
    }
}
