package io.policyengine.policies.format.parts;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.format.multipart.Boundary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The scans of a body's parts, chosen by its content type. */
public final class Parts {
    private static final String FORM = "application/x-www-form-urlencoded";

    private Parts() {}

    /**
     * Returns one scan for each way in which servers may divide the body: as multipart, and as the fields of a form.
     * The list is empty for a body without parts.
     *
     * @param headers of the message
     * @param ofPart creates the scan of a part
     */
    public static <E extends Exception> List<PartScan<E>> scans(HeaderMap headers, Supplier<OctetScan<E>> ofPart) {
        return scansByFields(headers, _ -> ofPart.get());
    }

    /**
     * Returns scans as {@link #scans} does, except that the scan of each part is created from the part's header fields.
     *
     * @param headers of the message
     * @param ofPart creates the scan of a part from its header fields, which are empty for a field of a form
     */
    public static <E extends Exception> List<PartScan<E>> scansByFields(
            HeaderMap headers, Function<HeaderMap, OctetScan<E>> ofPart) {
        List<PartScan<E>> scans = new ArrayList<>(1);
        if (Boundary.isStated(headers)) {
            scans.add(new MultipartScan<>(headers, 0, ofPart));
        }
        if (MediaTypes.of(headers).mayBe(FORM::equals)) {
            scans.add(new FormScan<>(() -> ofPart.apply(HeaderMap.empty())));
        }
        return List.copyOf(scans);
    }
}
