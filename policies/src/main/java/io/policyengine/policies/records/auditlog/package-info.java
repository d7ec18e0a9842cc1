/** Policy {@code auditLog}: records each exchange, optionally in a chain. */
@NullMarked
package io.policyengine.policies.records.auditlog;

import org.jspecify.annotations.NullMarked;
