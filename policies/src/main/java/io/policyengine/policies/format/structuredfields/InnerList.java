package io.policyengine.policies.format.structuredfields;

import java.util.List;

/** A list of items that is itself a member of a list or dictionary (RFC 9651 §3.1.1). */
public record InnerList(List<Item> items, Parameters parameters) implements Member {
    public InnerList {
        items = List.copyOf(items);
    }

    @Override
    public void writeTo(StringBuilder out) {
        out.append('(');
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.append(' ');
            }
            items.get(i).writeTo(out);
        }
        out.append(')');
        parameters.writeTo(out);
    }
}
