/** Workers in several replicas and languages that come and go under load. */
@NullMarked
package io.policyengine.e2e.workers;

import org.jspecify.annotations.NullMarked;
