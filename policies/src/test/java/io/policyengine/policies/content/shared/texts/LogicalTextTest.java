package io.policyengine.policies.content.shared.texts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LogicalTextTest {
    private static final int HELD = 100;

    @Test
    void keepsRoomForWhatIsHeldAloneWhileNothingComes() throws ContentException {
        StringBuilder read = new StringBuilder();
        TextReader reader = text -> {
            for (int i = text.fresh(); i < text.length(); i++) {
                read.appendCodePoint(text.codePointAt(i));
            }
            text.decide(text.length() - HELD);
        };
        LogicalText text =
                new LogicalText(TextPlace.plain(), reader, Spelling.FIXED, 0, new Passage(), new LogicalText.Buffers());
        String whole = "0123456789".repeat(10_000);

        for (int i = 0; i < whole.length(); i++) {
            text.add(whole.charAt(i), i, i + 1);
            if (i % 30_000 == 29_999) {
                text.flush();
                assertThat(text.room()).isLessThanOrEqualTo(256);
                assertThat(text.undecidedFrom()).isEqualTo(i + 1 - HELD);
            }
        }
        text.end();

        assertThat(read).hasToString(whole);
    }
}
