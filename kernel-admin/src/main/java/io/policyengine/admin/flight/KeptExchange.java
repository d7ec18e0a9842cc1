package io.policyengine.admin.flight;

import io.policyengine.core.params.Doc;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An exchange as it was kept. Times are in milliseconds, with parts of them. */
@Doc(
        "An exchange as the flight recorder kept it. Times are in milliseconds, after the exchange arrived unless said otherwise.")
public record KeptExchange(
        @Doc("The id of the request.") String requestId,
        @Doc("When it arrived: ISO 8601.") String arrived,

        @Doc("Why it was kept: `error`, `denied`, `slow` or `sampled`.")
        String kept,

        @Doc("The method; empty if Envoy does not show it.") String method,
        @Doc("The authority.") String authority,
        @Doc("The path without its query.") String path,
        @Doc("The address of the client.") String client,
        @Doc("The request's header fields.") Fields fields,
        @Doc("Why it had this chain.") Chosen chosen,
        @Doc("How it ended.") End end,

        @Doc("What Envoy sent and was answered: each kind once.")
        List<Message> messages,

        @Doc("The calls of workers, in the order in which they began.")
        List<Call> calls,

        @Doc("Calls that are counted and not told.") int moreCalls,

        @Doc("Entries that are counted and not told.") int moreEntries) {

    /** The header fields of a request. */
    @Doc("The header fields of a request, as the client sent them.")
    public record Fields(
            @Doc("The number of fields.") int count,
            @Doc("The names of the first 48 of them.") List<String> names,

            @Doc("The values of those that `recorder.fields` names; null for one that did not come.")
            Map<String, @Nullable String> values) {}

    /** The reason for a chain. */
    @Doc("Why an exchange had its chain.")
    public record Chosen(
            @Doc("The route as Envoy names it.") String route,

            @Doc("The route policy as it is written; null if none is for the route.") @Nullable
            String routePolicy,

            @Doc("How it was found: `exact`, `prefix`, `pattern`, `any` or `none`.")
            String matched,

            @Doc("The overrides that changed modes of its entries.")
            List<String> overrides,

            @Doc("The number of the generation.") long generation,

            @Doc("The place of the route policy: file:line:column; null if its generation is not in force any more.")
            @Nullable
            String location) {}

    /** The end of an exchange. */
    @Doc("How an exchange ended.")
    public record End(
            @Doc("As in the metric `policy_kernel_exchanges_total`.")
            String outcome,

            @Doc("The status that the client got; 0 if that is not known.")
            int status,

            @Doc("The entry that answered the client, or `kernel`; empty if the upstream did.")
            String decidedBy,

            @Doc("The reason that Envoy was given; empty if none.")
            String reason,

            @Doc("The engine's error; null if there is none.") @Nullable
            String code,

            @Doc("What it was about, for people.") @Nullable String failure,

            @Doc("The time until Envoy ended the stream, the upstream's included.")
            double tookMs,

            @Doc("The time that Envoy waited for the engine's answers.")
            double heldMs) {}

    /** Messages of one kind. */
    @Doc("The messages of one kind.")
    public record Message(
            @Doc("`envoy` or `engine`.") String by,
            @Doc("The kind.") String kind,
            @Doc("Their number.") int count,
            @Doc("Their bytes; 0 for answers.") long bytes,
            @Doc("When the first came or went.") double firstMs,
            @Doc("When the last came or went.") double lastMs) {}

    /** A call of a worker. */
    @Doc("A call of a worker.")
    public record Call(
            @Doc("The part of the chains: `request`, `request_trailers`, `response`, `response_trailers`, `on_denial`.")
            String part,

            @Doc("The worker.") String worker,

            @Doc("The address of the replica that was called last; null if none could be called.") @Nullable
            String replica,

            @Doc("Replicas that were called, one after another.")
            int attempts,

            @Doc("True if nothing of it is enforced.") boolean shadow,
            @Doc("When it began.") double beganMs,

            @Doc("How long it took; null if the exchange ended before.") @Nullable
            Double tookMs,

            @Doc("As in `policy_kernel_requests_total`; null if the exchange ended before.") @Nullable
            String status,

            @Doc("The error that it failed with as a whole.") @Nullable
            String code,

            @Doc("What it was about, for people.") @Nullable String failure,

            @Doc("`deny`, `skip_remaining` or `continue`.") @Nullable
            String onFailure,

            @Doc("Chunks of the body that it was given.") int chunks,
            @Doc("The time of these together.") double chunksMs,

            @Doc("True if other bytes of the body went on than had come.")
            boolean bodyChanged,

            @Doc("Its entries, in order, and those whose turn did not come because of it.")
            List<Entry> entries) {}

    /** An entry of a chain. */
    @Doc("An entry of a chain.")
    public record Entry(
            @Doc("Its name in the flow.") String name,
            @Doc("The policy.") String policy,

            @Doc("`proceed`, `changed`, `denied`, `skipped` (its condition was false), `skip_remaining`, `failed`, "
                    + "`shadow` or `not_reached`.")
            String verdict,

            @Doc("The reason that it, or its failure, gave.") @Nullable
            String reason,

            @Doc("The error that it failed with.") @Nullable String code,

            @Doc("`deny`, `skip_remaining` or `continue`.") @Nullable
            String onFailure,

            @Doc("The status that it gave the client, or the response; 0 if none.")
            int status,

            @Doc("When it began, after its call did; null if the worker does not tell.") @Nullable
            Double beganMs,

            @Doc("How long it took; null if the worker does not tell.") @Nullable
            Double tookMs,

            @Doc("Chunks of the body that it looked at, as far as the worker tells.")
            int chunks,

            @Doc("The time of these together.") double chunksMs,

            @Doc("The changes that it made: kinds, and names without values.")
            List<Changed> changes,

            @Doc("Changes that are counted and not told.") int moreChanges,

            @Doc("Its place: file:line:column; null if its generation is not in force any more.") @Nullable
            String location) {}

    /** A change of a message. */
    @Doc("A change of a message.")
    public record Changed(
            @Doc("`set_field`, `append_field`, `remove_field`, `set_response_field`, `set_query_param`, "
                    + "`remove_query_param`, `set_metadata`, `path`, `method`, `authority`, `status` or `body`.")
            String kind,

            @Doc("The name of the field, parameter or key.") @Nullable
            String name) {}

    /** The answer to a question for exchanges. */
    @Doc("Exchanges that were found, the newest first.")
    public record All(
            @Doc("The exchanges.") List<KeptExchange> exchanges,

            @Doc("False if an event loop did not answer in time, so that some may be missing.")
            boolean complete) {}

    /** The places where chains are written. */
    public interface Places {
        /** The place of a route policy in this generation, or null. */
        @Nullable
        String ofRoute(long generation, String routePolicy);

        /** The place of an entry, or null. */
        @Nullable
        String ofEntry(long generation, String routePolicy, String part, String entry);
    }

    String route() {
        return chosen.route();
    }

    @Nullable
    String routePolicy() {
        return chosen.routePolicy();
    }
}
