/** The keys of log lines, which docs/reference/log-fields.md lists. */
@NullMarked
package io.policyengine.core.log;

import org.jspecify.annotations.NullMarked;
