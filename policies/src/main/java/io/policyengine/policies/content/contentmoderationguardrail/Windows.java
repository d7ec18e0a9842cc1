package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.policies.content.contentmoderationguardrail.callout.ModerationInput;
import io.policyengine.policies.content.contentmoderationguardrail.check.TextWindow;
import io.policyengine.policies.content.contentmoderationguardrail.check.WindowScan;
import io.policyengine.policies.content.contentmoderationguardrail.check.WindowSize;
import io.policyengine.policies.content.shared.texts.TextPlace;
import io.policyengine.policies.content.shared.texts.TextReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Collects the windows of one message that other servers will judge. Lets the whole text pass. */
final class Windows implements TextReader.Factory {
    /** Names of members in the JSON of model providers. Short values of these members are technical, not content. */
    private static final Set<String> TECHNICAL =
            Set.of("model", "role", "type", "id", "object", "finish_reason", "stop_reason", "system_fingerprint");

    private static final int SHORT = 64;

    private final WindowSize size;
    private List<ModerationInput> collected = new ArrayList<>();

    Windows(WindowSize size) {
        this.size = size;
    }

    /**
     * Returns whether a window is sent to other servers. Names, short values of technical members, and windows without
     * letters and digits are not sent.
     */
    static boolean isAsked(TextPlace place, TextWindow window) {
        boolean isText = switch (place.kind()) {
            case PLAIN, JSON_VALUE, STREAMED_VALUE, STREAMED_DATA, FORM_VALUE -> true;
            case JSON_PIECE, JSON_NAME, FORM_NAME, EVENT_FIELD, PART_HEADER -> false;
        };
        boolean isTechnical = TECHNICAL.contains(place.name()) && window.text().length() <= SHORT;
        return isText && !isTechnical && window.text().codePoints().anyMatch(Character::isLetterOrDigit);
    }

    @Override
    public TextReader open(TextPlace place) {
        WindowScan scan = new WindowScan(size, (window, _) -> {
            if (isAsked(place, window)) {
                collected.add(new ModerationInput(window.text(), place.path()));
            }
        });
        return text -> {
            scan.read(text, (_, _, _) -> {});
            text.decide(text.length());
        };
    }

    /** Returns the windows collected since this method was last called. */
    List<ModerationInput> take() {
        List<ModerationInput> taken = collected;
        collected = new ArrayList<>();
        return taken;
    }
}
