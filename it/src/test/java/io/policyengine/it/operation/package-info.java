/** What operators rely on: fields of log lines, documented limits, and the memory that an exchange takes. */
@NullMarked
package io.policyengine.it.operation;

import org.jspecify.annotations.NullMarked;
