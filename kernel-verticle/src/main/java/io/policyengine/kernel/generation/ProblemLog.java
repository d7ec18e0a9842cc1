package io.policyengine.kernel.generation;

import io.policyengine.core.error.Problem;
import io.policyengine.core.log.LogFields;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs the problems and warnings of generations. A problem is logged again only after it was resolved in between.
 * Confined to one event loop.
 */
final class ProblemLog {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

    private Set<String> reported = Set.of();

    /** Replaces the current problems, and logs those that are new. */
    void report(List<Problem> problems) {
        Set<String> now = new LinkedHashSet<>();
        for (Problem problem : problems) {
            now.add(problem.toString());
            if (!reported.contains(problem.toString())) {
                LoggingEventBuilder line = LOG.atLevel(
                                problem.severity() == Problem.Severity.ERROR ? Level.ERROR : Level.WARN)
                        .addKeyValue(LogFields.LOCATION, problem.location());
                if (problem.code() != null) {
                    line = line.addKeyValue(LogFields.LINT, problem.code().text());
                }
                line.log("{}", problem.message());
            }
        }
        reported = now;
    }
}
