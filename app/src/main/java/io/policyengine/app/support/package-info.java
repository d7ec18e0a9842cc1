/** Collects the data for a report about a running engine. */
@NullMarked
package io.policyengine.app.support;

import org.jspecify.annotations.NullMarked;
