/** The client of an authorization server (RFC 6749), for the policies that call one: the proof of who it is, and the form of a request. */
@NullMarked
package io.policyengine.policies.authentication.shared.oauth2;

import org.jspecify.annotations.NullMarked;
