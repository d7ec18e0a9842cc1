/** Policy {@code requestId}: gives each request an id that client, upstream and log share. */
@NullMarked
package io.policyengine.policies.message.requestid;

import org.jspecify.annotations.NullMarked;
