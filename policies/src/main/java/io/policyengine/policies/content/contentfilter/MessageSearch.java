package io.policyengine.policies.content.contentfilter;

import io.policyengine.policies.content.contentfilter.ContentFilterParams.Action;
import io.policyengine.policies.content.shared.textmatch.Ranges;
import io.policyengine.policies.content.shared.textmatch.TextScan;
import io.policyengine.policies.content.shared.textmatch.TextSearch;
import io.policyengine.policies.content.shared.texts.TextPlace;
import io.policyengine.policies.content.shared.texts.TextReader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches the texts of one message for words and patterns. Keeps and logs only the name of the first match, never
 * content of the message.
 */
final class MessageSearch implements TextReader.Factory {
    private static final Logger LOG = LoggerFactory.getLogger(MessageSearch.class);

    private final TextSearch search;
    private final Action action;
    private final String mask;
    private final String requestId;
    private @Nullable String found;

    MessageSearch(TextSearch search, Action action, String mask, String requestId) {
        this.search = search;
        this.action = action;
        this.mask = mask;
        this.requestId = requestId;
    }

    /** Returns the name of the first match; empty if nothing matched. */
    Optional<String> found() {
        return Optional.ofNullable(found);
    }

    @Override
    public TextReader open(TextPlace place) {
        TextScan scan = search.scan();
        return switch (action) {
            case DENY ->
                text -> {
                    scan.read(text, (_, _, which) -> {
                        found(which);
                        text.deny();
                    });
                    text.decide((int) (scan.undecidedFrom() - text.position()));
                };
            case MASK -> {
                Ranges ranges = new Ranges();
                yield text -> {
                    scan.read(text, (from, to, which) -> {
                        found(which);
                        ranges.add(from, to);
                    });
                    ranges.replace(text, scan.undecidedFrom(), mask);
                };
            }
            case LOG ->
                text -> {
                    scan.read(text, (_, _, which) -> found(which));
                    text.decide(text.length());
                };
        };
    }

    private void found(int which) {
        if (found == null) {
            String name = search.nameOf(which);
            found = name;
            LOG.info("contentFilter: {} matched in request {}; action: {}", name, requestId, action);
        }
    }
}
