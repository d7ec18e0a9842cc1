/** Stores that instances share, on real servers. */
@NullMarked
package io.policyengine.it.stores;

import org.jspecify.annotations.NullMarked;
