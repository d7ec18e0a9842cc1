package io.policyengine.app.explain;

import io.policyengine.app.admin.Printable;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Prints a prediction for an operator. */
final class PredictionText {
    private final PrintWriter out;

    PredictionText(PrintWriter out) {
        this.out = out;
    }

    /** Prints the prediction. {@code candidate} and {@code basis} are the names of the two configurations compared. */
    void print(JsonNode exchange, Prediction prediction, String candidate, String basis) {
        out.println("What if the configuration had been " + candidate + "?");
        out.println("  compared    with " + basis);
        out.println("  exchange    " + prediction.requestId() + ", which ended as "
                + Printable.of(exchange.path("end").path("outcome").asString("")) + status(exchange));
        String was = written(prediction.was().routePolicy());
        String wouldBe = written(prediction.wouldBe().routePolicy());
        out.println("  route       " + (was.equals(wouldBe) ? was + ", as it was" : wouldBe + " instead of " + was));
        prediction.notes().forEach(note -> out.println("  note        " + note));
        chain("request chain", prediction.request());
        chain("response chain", prediction.response());
        out.println();
        out.println("Outcome: " + prediction.outcome() + ". " + prediction.explanation() + ".");
        out.flush();
    }

    private static String status(JsonNode exchange) {
        int status = exchange.path("end").path("status").asInt();
        return status == 0 ? "" : " (" + status + ")";
    }

    private static String written(@Nullable String routePolicy) {
        return routePolicy == null ? "no route policy" : "route policy '" + Printable.of(routePolicy) + "'";
    }

    private void chain(String title, List<Prediction.Step> steps) {
        if (steps.isEmpty()) {
            return;
        }
        out.println();
        out.println(title);
        Columns.print(out, steps.stream().map(PredictionText::row).toList());
    }

    private static List<String> row(Prediction.Step step) {
        String sign = switch (step.difference()) {
            case "added" -> "+";
            case "removed" -> "-";
            case "changed" -> "~";
            default -> "=";
        };
        String recorded = step.recorded();
        return List.of(
                sign,
                step.name().equals(step.policy()) ? step.name() : step.name() + " (" + step.policy() + ")",
                recorded == null ? "" : "was " + recorded.replace('_', ' '),
                step.predicted().replace('_', ' '),
                step.because());
    }
}
