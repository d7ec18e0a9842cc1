package io.policyengine.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.Problem;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BothFlowsLintTest extends LintFixture {
    private static String chain(String condition, String later) {
        return "[ { policy: masks, phases: both, when: \"" + condition + "\" }, { policy: " + later + " } ]";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "request.path == '/a' | rewrites",
                "request.method == 'GET' && !request.path.startsWith('/a') | rewrites",
                "'x-a' in request.headers | sets",
                "'x-a' in request.headers | removes"
            })
    void aConditionReadsWhatALaterEntryChanges(String condition, String later) throws IOException {
        assertThat(codes(chain(condition, later))).containsExactly("runs_in_one_flow");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "request.method == 'GET' | rewrites",
                "'x' in request.query_params | rewrites",
                "'x-b' in request.headers | sets",
                "'x-a' in request.headers | rewrites",
                "request.path == '/a' | unknown",
                "request.path == '/a' | rewrites, mode: off",
                "request.path == '/a' | plain"
            })
    void aConditionReadsOtherValues(String condition, String later) throws IOException {
        assertThat(codes(chain(condition, later))).isEmpty();
    }

    @Test
    void anEntryBehindTheChangeOrOfOneFlowIsNotReported() throws IOException {
        String condition = "when: \"request.path == '/a'\"";

        assertThat(codes("[ { policy: rewrites }, { policy: masks, phases: both, " + condition + " } ]"))
                .isEmpty();
        assertThat(codes("[ { policy: masks, " + condition + " }, { policy: rewrites } ]"))
                .isEmpty();
    }

    @Test
    void thePlaceIsThatOfTheConditionAndTheRemedyNamesBothEntries() throws IOException {
        Problem problem = findings(chain("request.path == '/a'", "rewrites")).getFirst();

        assertThat(problem.message())
                .isEqualTo("the condition of 'masks' reads 'request.path', which the later entry 'rewrites' changes. So"
                        + " 'masks' may run on a request but not on its response, or the reverse: move it behind"
                        + " 'rewrites', or write an entry for each flow, with 'original_request' in the response_flow"
                        + " (route '/a')");
        assertThat(problem.location().column()).isGreaterThan(60);
    }
}
