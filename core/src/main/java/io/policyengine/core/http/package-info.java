/** HTTP as policies see it: header fields as octets, requests, responses, query strings. */
@NullMarked
package io.policyengine.core.http;

import org.jspecify.annotations.NullMarked;
