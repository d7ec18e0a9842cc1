package io.policyengine.policies.content.piiredaction;

import io.policyengine.policies.content.shared.texts.LogicalText;
import io.policyengine.policies.content.shared.texts.TextReader;
import java.util.function.Consumer;

/** Denies the message at the first finding in one text. */
final class DenyingReader implements TextReader {
    private final Search.Scan scan;
    private final Consumer<String> noted;

    /**
     * Creates a reader.
     *
     * @param noted receives the label of each finding
     */
    DenyingReader(Search.Scan scan, Consumer<String> noted) {
        this.scan = scan;
        this.noted = noted;
    }

    @Override
    public void read(LogicalText text) {
        scan.read(text, (label, _, _, _) -> {
            noted.accept(label);
            text.deny();
        });
        long end = text.position() + text.length();
        long decided = text.isEnded() ? end : Math.min(end, scan.undecidedFrom());
        text.decide((int) (decided - text.position()));
    }
}
