/** Collects what a report about a running engine needs. */
@NullMarked
package io.policyengine.app.support;

import org.jspecify.annotations.NullMarked;
