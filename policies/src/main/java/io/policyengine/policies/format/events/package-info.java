/** The only reader of server-sent events (WHATWG HTML §9.2), incremental. */
@NullMarked
package io.policyengine.policies.format.events;

import org.jspecify.annotations.NullMarked;
