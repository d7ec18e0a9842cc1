package io.policyengine.admin.view;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.params.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A problem of the configuration, with its location. */
@Doc("A problem of the configuration, with its location.")
public record ProblemView(
        @Doc("The severity of the problem.") Problem.Severity severity,

        @Doc("The file, relative to the conf directory.") String file,
        @Doc("The line, from 1; 0 for the file as a whole.") int line,
        @Doc("The column, from 1; 0 if unknown.") int column,
        @Doc("The problem and the remedy.") String message,

        @Doc("The code in docs/lint.md; null if the problem is not a finding of the lint.") @Nullable
        LintCode code) {
    /** The description of a truncated list of problems in the OpenAPI document. */
    public static final String TOLD = "The first " + ReportedProblems.MAX
            + " problems, errors before warnings; a message has at most " + Problem.LONGEST + " characters.";

    /** Creates views of the first problems, up to the maximum. */
    public static List<ProblemView> of(ReportedProblems problems) {
        return of(problems.first());
    }

    public static List<ProblemView> of(List<Problem> problems) {
        return problems.stream()
                .map(problem -> {
                    Location at = problem.location();
                    return new ProblemView(
                            problem.severity(), at.file(), at.line(), at.column(), problem.message(), problem.code());
                })
                .toList();
    }
}
