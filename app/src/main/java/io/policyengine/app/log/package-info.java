/** Log lines as JSON objects. */
@NullMarked
package io.policyengine.app.log;

import org.jspecify.annotations.NullMarked;
