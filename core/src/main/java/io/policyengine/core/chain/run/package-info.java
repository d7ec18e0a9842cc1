/** The run of a chain in a worker: its entries one after another, on headers, on whole bodies and on chunks. */
@NullMarked
package io.policyengine.core.chain.run;

import org.jspecify.annotations.NullMarked;
