/** Policy {@code auditLog}: records each exchange, optionally in a chain of digests. */
@NullMarked
package io.policyengine.policies.records.auditlog;

import org.jspecify.annotations.NullMarked;
