package io.policyengine.admin.flight;

import io.policyengine.core.params.Doc;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An exchange in the flight recorder. Times are in milliseconds. */
@Doc("An exchange in the flight recorder. Times are in milliseconds since the exchange's arrival, "
        + "unless noted otherwise.")
public record KeptExchange(
        @Doc("The id of the request.") String requestId,
        @Doc("Time of arrival, ISO 8601.") String arrived,

        @Doc("The reason for keeping it: `error`, `overloaded`, `denied`, `slow` or `sampled`.")
        String kept,

        @Doc("The method; empty if Envoy did not send it.") String method,
        @Doc("The authority.") String authority,
        @Doc("The path without its query.") String path,
        @Doc("The address of the client.") String client,
        @Doc("The request's header fields.") Fields fields,
        @Doc("The chosen route policy, and the reason.") Chosen chosen,
        @Doc("The end of the exchange.") End end,

        @Doc("Messages of Envoy and answers of the engine, one item per kind.")
        List<Message> messages,

        @Doc("Worker calls, in the order in which they began.")
        List<Call> calls,

        @Doc("Number of further calls, which are not listed.")
        int moreCalls,

        @Doc("Number of further entries, which are not listed.")
        int moreEntries) {

    /** The recorded header fields of a request. */
    @Doc("The header fields of a request, as the client sent them.")
    public record Fields(
            @Doc("The number of fields.") int count,
            @Doc("The names of the first 48 fields.") List<String> names,

            @Doc("Values of the fields in `recorder.fields`; null if the request lacks the field.")
            Map<String, @Nullable String> values) {}

    /** The chosen route policy and the reason for the choice. */
    @Doc("The route policy chosen for an exchange, and the reason.")
    public record Chosen(
            @Doc("The route name from Envoy.") String route,

            @Doc("The route policy as written; null if none matches the route.") @Nullable
            String routePolicy,

            @Doc("The kind of match: `exact`, `prefix`, `pattern`, `any` or `none`.")
            String matched,

            @Doc("The overrides that changed modes of the route policy's entries.")
            List<String> overrides,

            @Doc("The number of the generation that the exchange used.")
            long generation,

            @Doc("True if that generation is still in force.")
            boolean inForce,

            @Doc(
                    "Location of the route policy in its generation, file:line:column; null if the generation's files are no"
                            + " longer kept, or were not read in time.")
            @Nullable
            String location) {}

    /** The end of an exchange. */
    @Doc("The end of an exchange.")
    public record End(
            @Doc("The outcome, as in the metric `policy_kernel_exchanges_total`.")
            String outcome,

            @Doc("The status that the client received; 0 if unknown.")
            int status,

            @Doc("The entry that answered the client, or `kernel`; empty if the upstream did.")
            String decidedBy,

            @Doc("The reason given to Envoy; empty if there is no reason.")
            String reason,

            @Doc("The exact code of the denial or of the engine's error, or null.") @Nullable
            String code,

            @Doc("The name of the rule that denied, such as a limit of the entry, or null.") @Nullable
            String rule,

            @Doc("Explanation of the error.") @Nullable String failure,

            @Doc("Time until Envoy ended the stream, including the upstream's time.")
            double tookMs,

            @Doc("Total time that Envoy waited for the engine's answers.")
            double heldMs) {}

    /** The messages of one kind in a recorded exchange. */
    @Doc("The messages of one kind.")
    public record Message(
            @Doc("`envoy` or `engine`.") String by,
            @Doc("The kind.") String kind,
            @Doc("Number of messages.") int count,
            @Doc("Total bytes; 0 for answers.") long bytes,
            @Doc("Time of the first message.") double firstMs,
            @Doc("Time of the last message.") double lastMs) {}

    /** A worker call in a recorded exchange. */
    @Doc("A call of a worker.")
    public record Call(
            @Doc("The part of the chains: `request`, `request_trailers`, `response`, `response_trailers`, `on_denial`.")
            String part,

            @Doc("The worker.") String worker,

            @Doc("Address of the replica that was called last; null if no replica could be called.") @Nullable
            String replica,

            @Doc("Number of replicas that were tried.") int attempts,

            @Doc("True if the call ran in shadow mode, so that its result was not applied.")
            boolean shadow,

            @Doc("Time at which the call began.") double beganMs,

            @Doc("Duration; null if the exchange ended first.") @Nullable
            Double tookMs,

            @Doc("The result, as in `policy_kernel_requests_total`; null if the exchange ended first.") @Nullable
            String status,

            @Doc("Error code if the whole call failed.") @Nullable
            String code,

            @Doc("Explanation of the error.") @Nullable String failure,

            @Doc("`deny`, `skip_remaining` or `continue`.") @Nullable
            String onFailure,

            @Doc("Number of body chunks sent in the call.") int chunks,
            @Doc("Total time of the body chunks.") double chunksMs,

            @Doc("True if the body was changed.") boolean bodyChanged,

            @Doc("The entries of the call in order, and those that did not run because the call ended the chain.")
            List<Entry> entries) {}

    /** A chain entry in a recorded exchange. */
    @Doc("An entry of a chain.")
    public record Entry(
            @Doc("The entry's name in the flow.") String name,
            @Doc("The policy.") String policy,

            @Doc("`proceed`, `changed`, `denied`, `skipped` (its condition was false), `skip_remaining`, `failed`, "
                    + "`shadow` or `not_reached`.")
            String verdict,

            @Doc("The reason for the entry's decision or failure.") @Nullable
            String reason,

            @Doc("The exact code of the denial, or the error code of the failure.") @Nullable
            String code,

            @Doc("The name of the rule that denied, such as a limit of the entry, or null.") @Nullable
            String rule,

            @Doc("`deny`, `skip_remaining` or `continue`.") @Nullable
            String onFailure,

            @Doc("The status that the entry sent to the client or set for the response; 0 if none.")
            int status,

            @Doc("Start, relative to the start of the call; null if the worker does not report it.") @Nullable
            Double beganMs,

            @Doc("Duration; null if the worker does not report it.") @Nullable
            Double tookMs,

            @Doc("Number of body chunks that the entry read, if the worker reports it.")
            int chunks,

            @Doc("Total time of the body chunks.") double chunksMs,

            @Doc("The entry's changes: kinds and names, without values.")
            List<Changed> changes,

            @Doc("Number of further changes, which are not listed.")
            int moreChanges,

            @Doc("The entry's location in its generation, file:line:column; null if the generation's files are no"
                    + " longer kept, or were not read in time.")
            @Nullable
            String location) {}

    /** A change that a chain entry made to a message. */
    @Doc("A change of a message.")
    public record Changed(
            @Doc("`set_field`, `append_field`, `remove_field`, `set_response_field`, `set_query_param`, "
                    + "`remove_query_param`, `set_metadata`, `path`, `method`, `authority`, `status` or `body`.")
            String kind,

            @Doc("The name of the field, parameter or key.") @Nullable
            String name) {}

    /** The result of a query for recorded exchanges. */
    @Doc("The found exchanges, newest first.")
    public record All(
            @Doc("The exchanges.") List<KeptExchange> exchanges,

            @Doc("False if an event loop did not answer in time, so that exchanges may be missing.")
            boolean complete,

            @Doc("False if files of earlier generations could not be read in time, so that locations in them may be"
                    + " missing: repeat the query.")
            boolean located,

            @Doc("Arrival time, ISO 8601, before which exchanges that the query may match can have been overwritten;"
                    + " null if none have been.")
            @Nullable
            String overwrittenBefore) {}

    /** Finds the locations of route policies and chain entries in the configuration. */
    public interface Locations {
        /** Returns false if locations are missing that a later query might find. */
        boolean isComplete();

        boolean isInForce(long generation);

        /** Returns the location of a route policy in the given generation, or null if unknown. */
        @Nullable
        String ofRoute(long generation, String routePolicy);

        /** Returns the location of a chain entry in the given generation, or null if unknown. */
        @Nullable
        String ofEntry(long generation, String routePolicy, String part, String entry);

        /** A source of the locations of route policies and chain entries. */
        @FunctionalInterface
        interface Source {
            /**
             * Finds the locations of route policies and of their entries. The result omits locations that cannot be
             * found.
             *
             * @param wanted names of route policies, by generation
             */
            Future<Locations> find(Map<Long, Set<String>> wanted);
        }
    }
}
