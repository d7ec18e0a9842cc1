package io.policyengine.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.core.log.LogFields;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** Repeats of lines: limited, with a count. */
class RepeatFilterTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final int FLOOD = 5 * RepeatFilter.LINES;

    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final FakeTicker ticker = new FakeTicker();
    private final Logger logger = context.getLogger("io.policyengine.policies.any.Policy");

    @BeforeEach
    void filter() {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.TRACE);
        written.addFilter(new RepeatFilter(ticker));
        written.start();
        root.addAppender(written);
    }

    private List<KeyValuePair> pairsOfLast() {
        return written.list.getLast().getKeyValuePairs();
    }

    @Test
    void aFloodOfOneKindIsLimitedAndCountedWhateverItsValuesAre() {
        for (int i = 0; i < FLOOD; i++) {
            logger.info("found in {}", i);
        }
        logger.info("another kind");

        assertThat(written.list).hasSize(RepeatFilter.LINES + 1);

        ticker.advance(INTERVAL);
        logger.info("found in {}", "again");
        assertThat(pairsOfLast()).singleElement().satisfies(pair -> {
            assertThat(pair.key).isEqualTo(LogFields.LEFT_OUT);
            assertThat(pair.value).isEqualTo((long) FLOOD - RepeatFilter.LINES);
        });
        logger.info("found in {}", "once more");
        assertThat(pairsOfLast()).isNull();
    }

    @Test
    void whatWasLeftOutWhereTheLineIsMadeIsAdded() {
        for (int i = 0; i < RepeatFilter.LINES + 3; i++) {
            logger.atWarn().addKeyValue(LogFields.LEFT_OUT, 40).log("failed");
        }
        ticker.advance(INTERVAL);

        logger.atWarn()
                .addKeyValue(LogFields.LEFT_OUT, 40)
                .addKeyValue(LogFields.POLICY, "p")
                .log("failed");

        assertThat(pairsOfLast().stream().map(pair -> pair.key + "=" + pair.value))
                .containsExactly("policy=p", "left_out=43");
    }

    @Test
    void theAuditLogTheAccessLogAndWhatElseWasAskedForAreNotLimited() {
        Logger audit = context.getLogger(AuditLog.LOGGER);
        Logger access = context.getLogger(AccessLog.LOGGER);
        for (int i = 0; i < FLOOD; i++) {
            audit.info("a change");
            access.info("an exchange is over");
            logger.debug("a policy ran");
            logger.trace("a step");
        }

        assertThat(written.list).hasSize(4 * FLOOD);
    }

    @Test
    void messagesThatAreAllDifferentShareALimitUntilOldOnesAreForgotten() {
        for (int i = 0; i < 10 * RepeatFilter.KINDS; i++) {
            logger.info("made by a policy that joins its strings: " + i);
        }
        assertThat(written.list).hasSize(RepeatFilter.KINDS + RepeatFilter.LINES);

        ticker.advance(INTERVAL);
        for (int i = 0; i < 10 * RepeatFilter.KINDS; i++) {
            logger.info("and joins others: " + i);
        }
        assertThat(written.list).hasSize(2 * (RepeatFilter.KINDS + RepeatFilter.LINES));
    }
}
