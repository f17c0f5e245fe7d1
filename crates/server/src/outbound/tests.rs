//! Where requests may not go, and that they do not.
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use super::*;

/// Sixty ways in. Where the host is a name, what it resolves to.
const TARGETS: [(&str, &[&str]); 60] = [
    // this machine
    ("https://127.0.0.1/", &[]),
    ("https://127.0.0.1:3001/api", &[]),
    ("https://127.1.2.3/", &[]),
    ("https://localhost/", &[]),
    ("https://LOCALHOST:8080/", &[]),
    ("https://localhost./", &[]),
    ("https://a.localhost/", &[]),
    ("https://[::1]/", &[]),
    ("https://[0:0:0:0:0:0:0:1]/", &[]),
    ("https://0.0.0.0/", &[]),
    ("https://0.1.2.3/", &[]),
    ("https://[::]/", &[]),
    // other spellings of addresses
    ("https://2130706433/", &[]),
    ("https://0x7f000001/", &[]),
    ("https://0x7f.0.0.1/", &[]),
    ("https://0177.0.0.1/", &[]),
    ("https://017700000001/", &[]),
    ("https://127.1/", &[]),
    ("https://127.0.1/", &[]),
    ("https://0/", &[]),
    ("https://134744072/", &[]),
    ("https://010.8.8.8/", &[]),
    ("https://①②⑦.⓪.⓪.①/", &[]),
    ("https://%31%32%37.0.0.1/", &[]),
    ("https://127.0.0.1./", &[]),
    ("https://127。0。0。1/", &[]),
    // private networks
    ("https://10.0.0.1/", &[]),
    ("https://172.16.0.1/", &[]),
    ("https://172.31.255.254/", &[]),
    ("https://192.168.1.1/", &[]),
    ("https://100.64.0.1/", &[]),
    ("https://[fc00::1]/", &[]),
    ("https://[fd12:3456:789a::1]/", &[]),
    // link-local and metadata services
    ("https://169.254.169.254/latest/meta-data/", &[]),
    ("https://169.254.170.2/", &[]),
    ("https://100.100.100.200/latest/meta-data/", &[]),
    ("https://168.63.129.16/", &[]),
    ("https://192.0.0.192/opc/v2/", &[]),
    ("https://[fd00:ec2::254]/", &[]),
    ("https://[fe80::1]/", &[]),
    // addresses inside addresses
    ("https://[::ffff:127.0.0.1]/", &[]),
    ("https://[::ffff:7f00:1]/", &[]),
    ("https://[::ffff:169.254.169.254]/", &[]),
    ("https://[::ffff:8.8.8.8]/", &[]),
    ("https://[::127.0.0.1]/", &[]),
    ("https://[64:ff9b::7f00:1]/", &[]),
    ("https://[2002:7f00:1::]/", &[]),
    ("https://[2001:0:7f00:1::]/", &[]),
    // not for one machine, or not assigned
    ("https://224.0.0.1/", &[]),
    ("https://255.255.255.255/", &[]),
    ("https://240.0.0.1/", &[]),
    ("https://198.18.0.1/", &[]),
    ("https://[ff02::1]/", &[]),
    // names that lead inside, some of them only with their second answer
    ("https://metadata.google.internal/", &["169.254.169.254"]),
    ("https://127.0.0.1.nip.io/", &["127.0.0.1"]),
    ("https://rebind.example.com/", &["93.184.215.14", "10.0.0.5"]),
    ("https://six.example.com/", &["2606:2800:21f:cb07::1", "::ffff:10.0.0.1"]),
    // not addresses to post to
    ("http://example.com/", &["93.184.215.14"]),
    ("https://user:password@example.com/", &["93.184.215.14"]),
    ("ftp://example.com/", &["93.184.215.14"]),
];

/// Whether a request would go out, were the name to resolve so.
fn goes_out(text: &str, resolved: &[&str], reach: Reach) -> bool {
    let Ok(target) = Target::parse(text, reach) else { return false };
    let literal = match target.url.host() {
        Some(Host::Ipv4(ip)) => vec![IpAddr::V4(ip)],
        Some(Host::Ipv6(ip)) => vec![IpAddr::V6(ip)],
        _ => resolved.iter().map(|ip| ip.parse().unwrap()).collect(),
    };
    !literal.is_empty() && literal.into_iter().all(|ip| target.admits(ip))
}

#[test]
fn s57_none_of_sixty_ways_leads_inside() {
    let through: Vec<_> = TARGETS
        .iter()
        .filter(|(text, resolved)| goes_out(text, resolved, Reach::PublicOnly))
        .collect();
    assert!(through.is_empty(), "{through:?}");
}

#[test]
fn s57_public_addresses_are_reached() {
    for (text, resolved) in [
        ("https://example.com/sms", &["93.184.215.14", "2606:2800:21f:cb07::1"] as &[_]),
        ("https://example.com:8443/sms?key=1", &["93.184.215.14"]),
        ("https://8.8.8.8/", &[]),
        ("https://[2001:4860:4860::8888]/", &[]),
        ("https://172.15.0.1/", &[]),
        ("https://100.128.0.1/", &[]),
    ] {
        assert!(goes_out(text, resolved, Reach::PublicOnly), "{text}");
    }
}

#[test]
fn s57_a_private_network_is_reached_where_allowed_and_metadata_never() {
    for text in
        ["http://127.0.0.1:8080/", "https://10.0.0.1/", "http://[fd12::1]/", "http://localhost/"]
    {
        assert!(goes_out(text, &["127.0.0.1"], Reach::PrivateToo), "{text}");
    }
    for text in [
        "http://169.254.169.254/",
        "http://100.100.100.200/",
        "http://[fd00:ec2::254]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
    ] {
        assert!(!goes_out(text, &[], Reach::PrivateToo), "{text}");
    }
    let public = goes_out("http://example.com/", &["93.184.215.14"], Reach::PrivateToo);
    assert!(!public, "plain http does not leave the house");
}

#[tokio::test]
async fn s57_a_name_that_turns_out_to_lead_inside_is_not_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let inside = listener.local_addr().unwrap();
    let target = Target::parse("https://rebind.example.com/", Reach::PublicOnly).unwrap();
    // were it to connect, the silent listener would hold it
    let connect = async |pinned| {
        timeout(Duration::from_secs(2), target.connect(pinned)).await.unwrap().map(drop)
    };
    assert_eq!(connect(vec![inside]).await, Err(Failure::Forbidden));
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "nobody knocked");
    let public = SocketAddr::from(([8, 8, 8, 8], 443));
    let answer = connect(vec![public, inside]).await;
    assert_eq!(answer, Err(Failure::Forbidden), "one bad address spoils all");
    assert_eq!(connect(vec![]).await, Err(Failure::Forbidden));
}

#[tokio::test]
async fn as_much_of_a_body_is_read_as_is_wanted_and_no_longer_than_there_is_patience() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let answering = thread::spawn(move || {
        for _request in 0..3 {
            let (mut stream, _peer) = listener.accept().unwrap();
            let read = stream.read(&mut [0; 1024]).unwrap();
            assert!(read > 0);
            // more is promised than ever comes
            let head =
                "HTTP/1.1 418 I'm a teapot\r\ncontent-length: 1000000\r\n\r\nshort and stout";
            stream.write_all(head.as_bytes()).unwrap();
            // held until the other side has had enough
            let _gone = stream.read(&mut [0; 1]);
        }
    });
    let target = Target::parse(&url, Reach::PrivateToo).unwrap();
    let read = async |most_body_bytes| {
        let terms = Terms {
            patience: Duration::from_millis(300),
            most_body_bytes,
            names: Names::OfMessages,
        };
        let answer = target.post(HeaderMap::new(), Bytes::from_static(b"{}"), terms).await.unwrap();
        assert_eq!(answer.status, StatusCode::IM_A_TEAPOT);
        answer.body
    };
    assert_eq!(read(0).await, "");
    assert_eq!(read(5).await, "short");
    assert_eq!(read(100).await, "short and stout", "what came in time");
    // elsewhere, so that the connections that were given up can end here
    tokio::task::spawn_blocking(move || answering.join().unwrap()).await.unwrap();
}

#[test]
fn path_and_query_do_not_print() {
    let target = Target::parse("https://example.com/hook/s3cr3t?k=s3cr3t", Reach::PublicOnly);
    assert_eq!(format!("{:?}", target.unwrap()), "Target(example.com)");
}
